"""Addresses of receipts, below one neutral word."""

from django.urls import path

from . import receipt_views

urlpatterns = [
    path("check/", receipt_views.check, name="receipt_check"),
    path("<str:token>/", receipt_views.fetch, name="receipt"),
]

"""The addresses of the giving pages, in each language."""

from django.urls import path

from . import views

urlpatterns = [
    path("gift/<uuid:uuid>/", views.gift, name="giving_gift"),
    path("gift/<uuid:uuid>/state/", views.state, name="giving_state"),
    path("<slug:code>/", views.form, name="giving_form"),
    path("<slug:code>/frame/<slug:partner>/", views.frame, name="giving_frame"),
]

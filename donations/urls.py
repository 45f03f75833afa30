"""Addresses of giving. Those where providers tell us of payments hold none of the words that Safaricom refuses
(mpesa, safaricom, exe, cmd, sql, query)."""

from django.urls import path, re_path

from . import callbacks

SECRET = r"(?P<token>[0-9a-f]{64})"  # noqa: S105

told = [
    re_path(rf"^told/d/{SECRET}/$", callbacks.prompt, name="told_prompt"),
    re_path(rf"^told/p/{SECRET}/$", callbacks.paybill, name="told_paybill"),
    re_path(rf"^told/s/{SECRET}/$", callbacks.status, name="told_status"),
    path("told/card/", callbacks.webhook, name="told_card"),
]
urlpatterns = told

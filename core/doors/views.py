"""Sign-in views of our own."""

from allauth.account.adapter import get_adapter
from allauth.account.views import reauthenticate as with_password
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache

from .sessions import has_factor


@never_cache
def reauthenticate(request):
    """Confirm with the password: only while there is no second factor."""
    if has_factor(request.user):
        method = get_adapter().get_reauthentication_methods(request.user)[0]
        query = request.GET.urlencode()
        return redirect(f"{method['url']}?{query}" if query else method["url"])
    return with_password(request)

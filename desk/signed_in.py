"""Who is signed out while writing keeps what was written (static/desk/signed_out.js)."""

from django.http import JsonResponse
from django.middleware.csrf import get_token
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@never_cache
@require_safe
def signed_in(request):
    """Tell who is signed in which token their forms need now; others never get here."""
    return JsonResponse({"token": get_token(request)})


def script():
    """The script, with its words, for every screen: most forms are no editors, and save nothing by themselves."""
    return format_html(
        '<script type="module" src="{}" data-address="{}" data-sign-in="{}" data-words="{}" data-link="{}"></script>',
        static("desk/signed_out.js"),
        reverse("desk:signed_in"),
        reverse("account_login"),
        _("You are signed out. What you wrote is still here, but not saved. Sign in, then come back to this window."),
        _("Sign in, in a new window"),
    )

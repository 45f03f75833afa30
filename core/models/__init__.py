"""The models that every room shares."""

from .due import DueJob
from .facts import Facts, Phone, SocialLink, Wording
from .loaded import LoadedItem
from .media import Rendition, SiteDocument, SiteImage
from .pages import BasePage
from .protected import ProtectedName
from .record import Approval, NotChanged, Record
from .snippets import Footer, Helpline, Menu, Notice
from .user import User

__all__ = [
    "Approval",
    "BasePage",
    "DueJob",
    "Facts",
    "Footer",
    "Helpline",
    "LoadedItem",
    "Menu",
    "NotChanged",
    "Notice",
    "Phone",
    "ProtectedName",
    "Record",
    "Rendition",
    "SiteDocument",
    "SiteImage",
    "SocialLink",
    "User",
    "Wording",
]

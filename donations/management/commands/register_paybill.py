import json

from django.core.management.base import BaseCommand, CommandError

from donations.methods import Method, missing
from donations.providers import PROVIDERS
from donations.providers.http import NoAnswer, NotSent


class Command(BaseCommand):
    help = "Tell Safaricom, once, where to tell us of payments by hand to the paybill (docs/giving.md)."

    def handle(self, *args, **options):
        gone = missing(Method.MPESA)
        if gone:
            raise CommandError(f"M-Pesa is not set up: {', '.join(gone)}.")
        try:
            answer = PROVIDERS["mpesa"].register()
        except (NotSent, NoAnswer) as error:
            raise CommandError(f"Safaricom did not answer ({error}).") from None
        self.stdout.write(json.dumps(answer))
        if str(answer.get("ResponseCode")) not in ("0", "00000000"):
            raise CommandError("Safaricom refused it.")

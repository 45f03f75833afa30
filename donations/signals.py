"""What others may hang on to. Sent inside the transaction in which it happens: a receiver must not ask a network."""

from django.dispatch import Signal

gift_paid = Signal()  # gift: it has just become paid
gift_returned = Signal()  # gift: something went back (refund, dispute); `left` (minor units) of it is still ours

"""Receipts that are made at the same time, each in a transaction of its own."""

import threading

from django.db import connections

from donations import receipts
from donations.models import Receipt
from tests.finance.books import make_gift


def test_two_at_once_get_two_numbers(db):
    gifts = [make_gift() for _ in range(12)]

    def work(part):
        for gift in part:
            receipts.follow(gift.pk)
        connections.close_all()

    threads = [threading.Thread(target=work, args=[gifts[start::3] + gifts[:2]]) for start in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(Receipt.objects.values_list("number", flat=True)) == list(range(1, 13))

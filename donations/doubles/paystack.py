"""A double of Paystack: initialize, its own payment page, verify, lists, refunds, disputes, signed webhooks.

The payment page (`/checkout/…`) is plain HTML: pay, be declined, or go back. Orders (JSON) come by POST to
`/_double/plan` (for all payments from now on) or `/_double/next` (a list, one for each):

    answer     of initialize: ok, 500, 503, html, half, hang, slow, refuse
    verify     a list of what verify answers, one for each time: pending, failed, 500, html, half, hang, slow; when it
               is used up, the truth
    amount, currency, domain    what verify tells (else the truth)
    webhooks   a list: {after, signature: wrong, body, event}; {} is the true one; [] is never
    refund     how a refund goes: processed, pending (until /_double/refund), failed; or a faulty answer
    pay        "success", "failed": it ends by itself, as if somebody had been on the page

`/_double/pay` {reference, how}, `/_double/refund` {id, status}, `/_double/panel-refund` {reference, amount},
`/_double/dispute` {reference, status, resolution, amount}, `/_double/books`.
"""

import datetime
import hashlib
import hmac
import html
import itertools
import json
import re
import secrets

from .server import Double, main

SECRET = "sk_test_double"
PLAN = {"webhooks": [{}], "refund": "processed"}
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Card — demo</title>
<meta name="viewport" content="width=device-width"></head><body><h1>Demo: no money moves</h1>
<p>This page stands in for Paystack's. {amount} {currency}.</p>
<form method="post"><p><button name="how" value="success">Pay</button></p>
<p><button name="how" value="failed">Be declined</button></p>
<p><button name="how" value="abandoned">Go back without paying</button></p></form></body></html>"""


def now():
    return datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


class Paystack(Double):
    """The double “paystack”."""

    __doc__ = __doc__
    name = "Paystack (cards)"

    def __init__(self, plan=None):
        self.counter = itertools.count(4_000_001)
        super().__init__({**PLAN, **(plan or {})})  # it is told at the address for webhooks

    def reset(self):
        """Forget everything."""
        with self.lock:
            self.plan, self.next = dict(self.first_plan), []
            self.payments, self.refunds, self.disputes = {}, {}, {}
            self.asked = {"initialize": 0, "verify": 0, "list": 0, "refund": 0}

    def routes(self):
        """{(verb, path): function of a handler}."""
        return {
            **self.orders(),
            ("POST", "/transaction/initialize"): self.signed_in(self.initialize),
            ("GET", "/transaction/verify/"): self.signed_in(self.verify),
            ("GET", "/transaction"): self.signed_in(self.list),
            ("POST", "/refund"): self.signed_in(self.refund),
            ("GET", "/refund"): self.signed_in(self.list_refunds),
            ("GET", "/refund/"): self.signed_in(self.fetch_refund),
            ("GET", "/dispute/"): self.signed_in(self.fetch_dispute),
            ("GET", "/checkout/"): self.page,
            ("POST", "/checkout/"): self.pressed,
            ("POST", "/_double/pay"): self.pay_order,
            ("POST", "/_double/refund"): self.refund_order,
            ("POST", "/_double/panel-refund"): self.panel_refund,
            ("POST", "/_double/dispute"): self.dispute_order,
        }

    def signed_in(self, function):
        """Only with the secret key."""

        def guarded(h, *rest):
            if h.headers.get("Authorization") != f"Bearer {SECRET}":
                return h.json(401, {"status": False, "message": "Invalid key"})
            return function(h, *rest)

        return guarded

    # -- orders and books

    def books(self):
        """What money really moved, in minor units: {currency: total}, every payment, every refund."""
        with self.lock:
            rows = [{k: v for k, v in one.items() if k != "plan"} for one in self.payments.values()]
            refunds = [dict(one) for one in self.refunds.values()]
        totals = {}
        for one in rows:
            if one["status"] == "success":
                totals[one["currency"]] = totals.get(one["currency"], 0) + one["amount"]
        for one in refunds:
            if one["status"] == "processed":
                totals[one["currency"]] -= one["amount"]
        return {"payments": rows, "refunds": refunds, "totals": totals, "asked": self.asked,
                "sent": list(self.sender.answers), "waiting": self.sender.waiting}  # fmt: skip

    # -- what Paystack offers

    def refused(self, h, message, status=400):
        h.json(status, {"status": False, "message": message, "type": "validation_error", "code": "invalid_params"})

    def initialize(self, h):
        self.asked["initialize"] += 1
        data = h.data
        if not re.fullmatch(r"[^@\s]+@[^@\s]+", str(data.get("email", ""))):
            return self.refused(h, "Invalid Email Address Passed")
        if not isinstance(data.get("amount"), int) or data["amount"] < 100:
            return self.refused(h, "Invalid Amount Sent")
        if data.get("currency", "KES") not in ("KES", "USD"):
            return self.refused(h, "Currency not supported by merchant")
        reference = str(data.get("reference") or secrets.token_hex(8))
        if not re.fullmatch(r"[A-Za-z0-9.=-]+", reference):
            return self.refused(h, "Invalid character in transaction reference")
        with self.lock:
            plan = {**self.plan, **(self.next.pop(0) if self.next else {})}
            if reference in self.payments:
                return self.refused(h, "Duplicate Transaction Reference")
            if plan.get("answer") == "refuse":
                return self.refused(h, "Merchant may be inactive")
            payment = {
                "id": next(self.counter), "reference": reference, "access": secrets.token_hex(8),
                "amount": data["amount"], "currency": data.get("currency", "KES"), "email": data["email"],
                "metadata": data.get("metadata") or {}, "callback_url": data.get("callback_url", ""),
                "status": "abandoned", "created_at": now(), "paid_at": None, "plan": plan,
                "verify": list(plan.get("verify", [])), "used": False,
            }  # fmt: skip
            self.payments[reference] = payment
        answer = {"status": True, "message": "Authorization URL created", "data": {
            "authorization_url": f"{self.address}/checkout/{payment['access']}", "access_code": payment["access"],
            "reference": reference}}  # fmt: skip
        if plan.get("pay"):
            self.finish(payment, plan["pay"])
        if not h.fault(plan.get("answer"), answer):
            h.json(200, answer)
        return None

    def as_told(self, payment, verify=None):
        """A transaction as the API tells it."""
        plan = payment["plan"]
        status = "failed" if verify == "failed" else "ongoing" if verify == "pending" else payment["status"]
        paid = status == "success"
        refunds = [one for one in list(self.refunds.values()) if one["reference"] == payment["reference"]]
        if paid and sum(one["amount"] for one in refunds if one["status"] == "processed") == payment["amount"]:
            status = "reversed"
        return {
            "id": payment["id"], "domain": plan.get("domain", "test"), "status": status,
            "reference": payment["reference"], "receipt_number": None, "amount": plan.get("amount", payment["amount"]),
            "message": None, "gateway_response": "Successful" if paid else "Declined", "paid_at": payment["paid_at"],
            "created_at": payment["created_at"], "channel": "card",
            "currency": plan.get("currency", payment["currency"]),
            "ip_address": "127.0.0.1", "metadata": payment["metadata"], "log": None,
            "fees": self.fee(payment) if paid else None, "fees_split": None,
            "authorization": {"authorization_code": "AUTH_x", "bin": "408408", "last4": "4081", "exp_month": "12",
                              "exp_year": "2030", "channel": "card", "card_type": "visa", "bank": "TEST BANK",
                              "country_code": "KE", "brand": "visa", "reusable": False, "signature": "SIG_x",
                              "account_name": None, "receiver_bank_account_number": None, "receiver_bank": None},
            "customer": {"id": 1, "first_name": None, "last_name": None, "email": payment["email"],
                         "customer_code": "CUS_x", "phone": None, "metadata": None, "risk_action": "default",
                         "international_format_phone": None},
            "plan": None, "split": {}, "order_id": None, "paidAt": payment["paid_at"],
            "createdAt": payment["created_at"], "requested_amount": payment["amount"], "pos_transaction_data": None,
            "source": None, "fees_breakdown": None, "connect": None, "transaction_date": payment["created_at"],
            "plan_object": {}, "subaccount": {},
        }  # fmt: skip

    @staticmethod
    def fee(payment):
        return payment["amount"] * 29 // 1000

    def verify(self, h, reference):
        self.asked["verify"] += 1
        payment = self.payments.get(reference)
        if payment is None:
            return self.refused(h, "Transaction reference not found.", 404)
        with self.lock:
            order = payment["verify"].pop(0) if payment["verify"] else None
        answer = {"status": True, "message": "Verification successful", "data": self.as_told(payment, order)}
        if not h.fault(order, answer):
            h.json(200, answer)
        return None

    def page_of(self, h, rows):
        per, page = int(h.query.get("per_page") or h.query.get("perPage") or 50), int(h.query.get("page") or 1)
        part = rows[(page - 1) * per : page * per]
        meta = {"total": len(rows), "total_volume": 0, "skipped": (page - 1) * per, "perPage": per, "page": page,
                "pageCount": -(-len(rows) // per)}  # fmt: skip
        h.json(200, {"status": True, "message": "Retrieved", "data": part, "meta": meta})

    def list(self, h):
        self.asked["list"] += 1
        since, until = h.query.get("from", ""), h.query.get("to", "9")
        with self.lock:
            rows = [self.as_told(one) for one in self.payments.values() if since <= one["created_at"] <= until]
        self.page_of(h, [row for row in rows if row["status"] == h.query.get("status", row["status"])])

    def refund(self, h):
        self.asked["refund"] += 1
        payment = self.payments.get(str(h.data.get("transaction")))
        if payment is None or payment["status"] != "success":
            return self.refused(h, "Transaction not found")
        order = payment["plan"].get("refund", self.plan["refund"])
        status = order if order in ("processed", "pending", "failed") else "processed"
        refund = self.new_refund(payment, int(h.data.get("amount") or payment["amount"]), status,
                                 str(h.data.get("merchant_note", "")))  # fmt: skip
        if refund is None:
            return self.refused(h, "Refund amount cannot be more than what is left of the transaction")
        told = {**self.refund_told(refund), "transaction": {"id": payment["id"], "reference": payment["reference"],
                "domain": "test", "amount": payment["amount"], "currency": payment["currency"]}}  # fmt: skip
        answer = {"status": True, "message": "Refund has been queued for processing", "data": told}
        if not h.fault(order, answer):
            h.json(200, answer)
        return None

    def new_refund(self, payment, amount, status, note="", dispute=None):
        """Returns the refund (dict), or None if it is more than is left."""
        with self.lock:
            gone = sum(
                one["amount"]
                for one in self.refunds.values()
                if one["reference"] == payment["reference"] and one["status"] != "failed"
            )
            if amount < 1 or gone + amount > payment["amount"]:
                return None
            refund = {"id": next(self.counter), "reference": payment["reference"], "transaction": payment["id"],
                      "amount": amount, "currency": payment["currency"], "status": status, "note": note,
                      "dispute": dispute, "created_at": now()}  # fmt: skip
            self.refunds[refund["id"]] = refund
        self.tell_refund(refund)
        return refund

    def refund_told(self, refund):
        return {
            "integration": 1, "transaction": refund["transaction"], "dispute": refund["dispute"], "settlement": None,
            "id": refund["id"], "domain": "test", "currency": refund["currency"], "amount": refund["amount"],
            "status": refund["status"], "refunded_at": None, "refunded_by": "double@example.org", "customer_note": "",
            "merchant_note": refund["note"], "deducted_amount": refund["amount"], "fully_deducted": 1,
            "createdAt": refund["created_at"], "bank_reference": None, "transaction_reference": refund["reference"],
            "reason": "", "refund_type": "partial", "transaction_amount": 0, "initiated_by": "", "refund_channel": "",
            "session_id": None, "collect_account_number": False,
            "customer": {"id": 1, "first_name": "", "last_name": "", "email": "", "customer_code": "", "phone": "",
                         "metadata": "", "risk_action": "", "international_format_phone": ""},
        }  # fmt: skip

    def list_refunds(self, h):
        self.asked["list"] += 1
        since, until = h.query.get("from", ""), h.query.get("to", "9")
        with self.lock:
            rows = [self.refund_told(one) for one in self.refunds.values() if since <= one["created_at"] <= until]
        self.page_of(h, rows)

    def fetch_refund(self, h, number):
        refund = self.refunds.get(int(number)) if number.isdecimal() else None
        if refund is None:
            return self.refused(h, "Refund not found", 404)
        return h.json(200, {"status": True, "message": "Refund retrieved", "data": self.refund_told(refund)})

    def fetch_dispute(self, h, number):
        dispute = self.disputes.get(number)
        if dispute is None:
            return self.refused(h, "Dispute not found", 404)
        return h.json(200, {"status": True, "message": "Dispute retrieved", "data": dispute})

    # -- the payment page

    def page(self, h, access):
        payment = self.of_access(access)
        if payment is None or payment["used"]:
            return h.text(404, "<h1>This payment link is used up.</h1>")
        amount = f"{payment['amount'] // 100:,}.{payment['amount'] % 100:02}"
        return h.text(200, PAGE.format(amount=amount, currency=html.escape(payment["currency"])))

    def pressed(self, h, access):
        payment = self.of_access(access)
        if payment is None:
            return h.text(404, "<h1>No such payment.</h1>")
        how = h.data.get("how")
        if how in ("success", "failed") and not payment["used"]:
            self.finish(payment, how)
        back = payment["callback_url"]
        back += ("&" if "?" in back else "?") + f"trxref={payment['reference']}&reference={payment['reference']}"
        return h.text(302, "", Location=back)

    def of_access(self, access):
        return next((one for one in self.payments.values() if one["access"] == access), None)

    def finish(self, payment, how):
        """The card is charged, or declined."""
        with self.lock:
            payment.update(status=how, used=True, paid_at=now() if how == "success" else None)
        if how == "success":
            for order in payment["plan"].get("webhooks", []):
                self.tell({"event": order.get("event", "charge.success"), "data": self.as_told(payment)}, order)

    def tell(self, event, order):
        """Send a webhook, signed over its very bytes; or wrongly, as ordered."""
        if not self.told_at:
            return
        body = json.dumps(event).encode()
        signature = hmac.new(SECRET.encode(), body, hashlib.sha512).hexdigest()
        if order.get("signature") == "wrong":
            signature = hmac.new(b"sk_test_other", body, hashlib.sha512).hexdigest()
        if "body" in order:
            body = order["body"].encode()
        self.sender.send(self.told_at, body, {"x-paystack-signature": signature}, order.get("after", 0))

    def tell_refund(self, refund):
        self.tell({"event": f"refund.{refund['status']}", "data": {**self.refund_told(refund)}}, {})

    # -- what people do elsewhere

    def pay_order(self, h):
        """Somebody is on the payment page: {reference, how}."""
        self.finish(self.payments[h.data["reference"]], h.data.get("how", "success"))
        h.json(200, {})

    def refund_order(self, h):
        """A pending refund ends: {id, status}."""
        refund = self.refunds[int(h.data["id"])]
        refund["status"] = h.data["status"]
        self.tell_refund(refund)
        h.json(200, {})

    def panel_refund(self, h):
        """Staff refund in Paystack's own panel: {reference, amount}; or Paystack pays a `dispute` (its number)."""
        payment = self.payments[h.data["reference"]]
        status, dispute = h.data.get("status", "processed"), h.data.get("dispute")
        refund = self.new_refund(payment, int(h.data["amount"]), status, dispute=dispute)
        h.json(200 if refund else 400, refund or {})

    def dispute_order(self, h):
        """The donor's bank disputes a payment: {reference, status, resolution, amount, event, id}."""
        payment = self.payments[h.data["reference"]]
        number = str(h.data.get("id") or next(self.counter))
        self.disputes[number] = {
            "id": int(number), "refund_amount": h.data.get("amount", payment["amount"]),
            "currency": payment["currency"], "status": h.data.get("status", "awaiting-merchant-feedback"),
            "resolution": h.data.get("resolution"), "domain": "test", "transaction": self.as_told(payment),
            "transaction_reference": None, "category": "chargeback",
        }  # fmt: skip
        self.tell({"event": h.data.get("event", "charge.dispute.create"), "data": self.disputes[number]}, {})
        h.json(200, {"id": int(number)})


if __name__ == "__main__":
    main(Paystack(), 9802, "told/card/")

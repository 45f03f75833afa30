"""A double of Safaricom's Daraja: token, prompts and their query, paybill payments by hand, list, transaction status.

As strict as the documentation: passwords with Nairobi's time, limits and lengths, refused words in addresses.
Without other orders a prompt is paid after a few seconds, as by a donor who types the PIN. Telephone numbers that end
in a result code are refused with it: …1032 cancelled, …2001 wrong PIN, …1037 no answer, …0001 balance too low.

Orders (JSON) come by POST to `/_double/plan` (for all prompts from now on) or `/_double/next` (a list, one for each):

    answer     ok, 500, 503, html, half, hang, slow, refuse (4xx in Daraja's form), busy (the phone)
    sent       whether the prompt reaches the phone even if the answer is faulty (true)
    code       how it ends: "0" is paid; any other result code
    after      seconds until it ends
    amount     what is really paid (else what was asked for)
    callbacks  a list: {after, code, amount, number, checkout, body}; {} is the true one; [] is never; a negative
               `after` is before the answer
    c2b        the same for confirmations: {after, reference, amount}; [] is none
    query      a list of what the query answers, one for each time: pending, 500, html, half, hang, slow, a result code;
               when it is used up, the truth
    listed     whether the list (Pull) shows it (true)
"""

import base64
import datetime
import itertools
import json
import re
import secrets
import threading
import time
from zoneinfo import ZoneInfo

from .server import Double, main

NAIROBI = ZoneInfo("Africa/Nairobi")
KEY, SECRET, SHORTCODE, PASSKEY = "double-key", "double-secret", "600999", "double-passkey"
PAYBILL_TOKEN = "d0" * 32  # of the address where the demo is told of payments by hand
REFUSED_WORDS = re.compile("mpesa|safaricom|exe|cmd|sql|query", re.IGNORECASE)
TEXTS = {"0": "The service request is processed successfully.", "1": "The balance is insufficient for the transaction.",
         "17": "Rule limited.", "1032": "Request cancelled by user.", "1037": "DS timeout user cannot be reached.",
         "2001": "The initiator information is invalid.",
         "4999": "The transaction is still under processing"}  # fmt: skip
ENDINGS = {"1032": "1032", "2001": "2001", "1037": "1037", "0001": "1"}
PAID = {"code": "0", "after": 4, "callbacks": [{}], "c2b": [{}]}


class Daraja(Double):
    """The double “daraja”."""

    __doc__ = __doc__
    name = "Daraja (M-Pesa)"

    def __init__(self, plan=None):
        self.counter = itertools.count(1)
        super().__init__(plan or PAID)  # it is told at the registered address for payments by hand

    def reset(self):
        """Forget everything."""
        with self.lock:
            self.plan, self.next = dict(self.first_plan), []
            self.tokens, self.token_lasts = {}, 3599
            self.prompts, self.payments = {}, {}
            self.asked = {"token": 0, "push": 0, "query": 0, "list": 0, "status": 0}

    def routes(self):
        """{(verb, path): function of a handler}."""
        return {
            **self.orders(),
            ("GET", "/oauth/v1/generate"): self.token,
            ("POST", "/mpesa/stkpush/v1/processrequest"): self.push,
            ("POST", "/mpesa/stkpushquery/v1/query"): self.query,
            ("POST", "/mpesa/c2b/v2/registerurl"): self.register,
            ("POST", "/mpesa/transactionstatus/v1/query"): self.status,
            ("POST", "/pulltransactions/v1/register"): lambda h: h.json(200, {"ResponseStatus": "1000"}),
            ("POST", "/pulltransactions/v1/query"): self.pull,
            ("POST", "/_double/forget-tokens"): self.forget_tokens,
            ("POST", "/_double/by-hand"): self.by_hand,
            ("POST", "/_double/reverse"): self.reverse,
            ("POST", "/_double/paid"): self.paid_already,
        }

    # -- orders and books

    def forget_tokens(self, h):
        """All tokens end now."""
        with self.lock:
            self.tokens.clear()
        h.json(200, {})

    def books(self):
        """What money really moved: payments, and their sum in shillings; how often each address was asked."""
        with self.lock:
            rows = [dict(payment) for payment in self.payments.values()]
            prompts = [{**prompt, "plan": None} for prompt in self.prompts.values()]
        return {
            "payments": rows,
            "total": sum(row["amount"] - row["reversed"] for row in rows),
            "prompts": prompts,
            "asked": self.asked,
            "sent": list(self.sender.answers),
            "waiting": self.sender.waiting + sum(prompt["code"] is None for prompt in prompts),
        }

    # -- what Daraja offers

    def token(self, h):
        self.asked["token"] += 1
        right = "Basic " + base64.b64encode(f"{KEY}:{SECRET}".encode()).decode()
        if h.headers.get("Authorization") != right:
            h.json(400, {"requestId": "1", "errorCode": "400.008.01", "errorMessage": "Invalid Authentication passed"})
            return
        token = secrets.token_urlsafe(20)
        with self.lock:
            self.tokens[token] = time.monotonic() + self.token_lasts
        h.json(200, {"access_token": token, "expires_in": str(self.token_lasts)})

    def is_signed_in(self, h):
        """Whether the token is good; else it is answered with 404.001.03."""
        token = (h.headers.get("Authorization") or "").removeprefix("Bearer ")
        if self.tokens.get(token, 0) > time.monotonic():
            return True
        h.json(404, {"requestId": "1", "errorCode": "404.001.03", "errorMessage": "Invalid Access Token"})
        return False

    def wrong(self, h, field):
        h.json(400, {"requestId": "1", "errorCode": "400.002.02", "errorMessage": f"Bad Request - Invalid {field}"})

    def password_is_right(self, h):
        """Whether Password fits Timestamp, and that is Nairobi's time."""
        stamp = str(h.data.get("Timestamp", ""))
        try:
            moment = datetime.datetime.strptime(stamp, "%Y%m%d%H%M%S").replace(tzinfo=NAIROBI)
        except ValueError:
            self.wrong(h, "Timestamp")
            return False
        right = base64.b64encode(f"{SHORTCODE}{PASSKEY}{stamp}".encode()).decode()
        late = abs((datetime.datetime.now(NAIROBI) - moment).total_seconds()) > 30 * 60
        if h.data.get("Password") != right or late or str(h.data.get("BusinessShortCode")) != SHORTCODE:
            h.json(500, {"requestId": "1", "errorCode": "500.001.1001", "errorMessage": "Wrong credentials"})
            return False
        return True

    def push(self, h):
        if not self.is_signed_in(h):
            return None
        self.asked["push"] += 1
        data = h.data
        if not self.password_is_right(h):
            return None
        for field, rule in {
            "Amount": r"[1-9]\d{0,5}", "PhoneNumber": r"254[17]\d{8}", "PartyA": r"254[17]\d{8}", "PartyB": r"\d{5,7}",
            "AccountReference": r"[A-Za-z0-9]{1,12}", "TransactionDesc": r"[A-Za-z0-9 ]{1,13}",
            "TransactionType": "CustomerPayBillOnline|CustomerBuyGoodsOnline", "CallBackURL": r"https?://.+",
        }.items():  # fmt: skip
            if not re.fullmatch(rule, str(data.get(field, ""))):
                return self.wrong(h, field)
        if int(data["Amount"]) > 250_000:
            return self.wrong(h, "Amount")
        if REFUSED_WORDS.search(data["CallBackURL"]):
            return self.wrong(h, "CallBackURL")
        with self.lock:
            plan = {**self.plan, **(self.next.pop(0) if self.next else {})}
        if plan.get("answer") == "busy":
            return h.json(500, {"requestId": "1", "errorCode": "500.001.1001",
                                "errorMessage": "Unable to lock subscriber, a transaction is already in process for "
                                "the current subscriber"})  # fmt: skip
        if plan.get("answer") == "refuse":
            return self.wrong(h, "PhoneNumber")
        prompt = self.new_prompt(data, plan)
        answer = {
            "MerchantRequestID": prompt["group"],
            "CheckoutRequestID": prompt["checkout"],
            "ResponseCode": "0",
            "ResponseDescription": "Success. Request accepted for processing",
            "CustomerMessage": "Success. Request accepted for processing",
        }
        if plan.get("sent", True):
            self.begin(prompt)
        else:
            prompt["code"] = "1037"
        if not h.fault(plan.get("answer"), answer):
            h.json(200, answer)

    def new_prompt(self, data, plan):
        number = next(self.counter)
        prompt = {
            "checkout": f"ws_CO_{datetime.datetime.now(NAIROBI):%d%m%Y%H%M%S}{number:09}",
            "group": f"{number:05}-{secrets.randbelow(10**8):08}-1",
            "amount": plan.get("amount", int(data["Amount"])),
            "asked_amount": int(data["Amount"]),
            "reference": data["AccountReference"],
            "phone": str(data["PhoneNumber"]),
            "url": data["CallBackURL"],
            "code": None,
            "number": "",
            "plan": plan,
            "queries": list(plan.get("query", [])),
        }
        with self.lock:
            self.prompts[prompt["checkout"]] = prompt
        return prompt

    def begin(self, prompt):
        """The prompt is on the phone; it ends by itself."""
        plan = prompt["plan"]
        early = [one for one in plan["callbacks"] if one.get("after", 0) < 0]
        if early or not plan["after"]:
            self.finish(prompt)
        else:
            timer = threading.Timer(plan["after"], self.finish, (prompt,))
            timer.daemon = True
            timer.start()

    def finish(self, prompt):
        plan = prompt["plan"]
        code = ENDINGS.get(prompt["phone"][-4:], str(plan["code"]))
        with self.lock:
            if code == "0":
                payment = self.pay(prompt["amount"], prompt["reference"], plan.get("listed", True), prompt["checkout"])
                prompt["number"] = payment["number"]
            prompt["code"] = code
        for order in plan["callbacks"]:
            body = self.callback(prompt, order)
            if order.get("after", 0) < 0:
                self.sender.now(prompt["url"], body)
            else:
                self.sender.send(prompt["url"], body, after=order.get("after", 0))
        for order in plan["c2b"] if code == "0" else []:
            self.confirm(payment, order)

    def pay(self, amount, reference, listed=True, checkout=""):
        """Money moves: the one place where it does. Returns the payment (dict)."""
        letters = "ABCDEFGHJKLMNPQRSTUVWXYZ"
        number = "T" + "".join(secrets.choice(letters + "0123456789") for _ in range(9))
        payment = {"number": number, "amount": amount, "reference": reference, "listed": listed, "reversed": 0,
                   "checkout": checkout, "at": datetime.datetime.now(NAIROBI).strftime("%Y%m%d%H%M%S")}  # fmt: skip
        with self.lock:
            self.payments[number] = payment
        return payment

    def callback(self, prompt, order):
        """The body (bytes) of a callback, true or as ordered."""
        if "body" in order:
            return order["body"].encode()
        code = str(order.get("code", prompt["code"]))
        callback = {
            "MerchantRequestID": prompt["group"],
            "CheckoutRequestID": order.get("checkout", prompt["checkout"]),
            "ResultCode": int(code) if code.isdecimal() else code,
            "ResultDesc": TEXTS.get(code, "The request failed."),
        }
        if code == "0":
            items = {
                "Amount": float(order.get("amount", prompt["amount"])),
                "MpesaReceiptNumber": order.get("number", prompt["number"] or "TFORGED001"),
                "TransactionDate": int(datetime.datetime.now(NAIROBI).strftime("%Y%m%d%H%M%S")),
                "PhoneNumber": int(prompt["phone"]),
            }
            rows = [{"Name": name, "Value": value} for name, value in items.items()]
            callback["CallbackMetadata"] = {"Item": [*rows[:2], {"Name": "Balance"}, *rows[2:]]}
        return json.dumps({"Body": {"stkCallback": callback}}).encode()

    def confirm(self, payment, order):
        """Tell the registered address of a payment."""
        if not self.told_at:
            return
        body = {
            "TransactionType": "Pay Bill",
            "TransID": payment["number"],
            "TransTime": payment["at"],
            "TransAmount": f"{order.get('amount', payment['amount'])}.00",
            "BusinessShortCode": SHORTCODE,
            "BillRefNumber": order.get("reference", payment["reference"]),
            "InvoiceNumber": "",
            "OrgAccountBalance": "49197.00",
            "ThirdPartyTransID": "",
            "MSISDN": "2547 ***** 126",
            "FirstName": "JOHN",
            "MiddleName": "",
            "LastName": "",
        }
        self.sender.send(self.told_at, json.dumps(body).encode(), after=order.get("after", 0))

    def query(self, h):
        if not self.is_signed_in(h):
            return None
        self.asked["query"] += 1
        if not self.password_is_right(h):
            return None
        prompt = self.prompts.get(str(h.data.get("CheckoutRequestID")))
        if prompt is None:
            return self.wrong(h, "CheckoutRequestID")
        with self.lock:
            order = prompt["queries"].pop(0) if prompt["queries"] else None
        code = (
            order if order and re.fullmatch(r"\d+|SFC_\w+", order) and order not in ("500", "503") else prompt["code"]
        )
        code = "4999" if code is None else code  # the phone is busy; “pending” is the older answer, an error
        answer = {
            "ResponseCode": "0",
            "ResponseDescription": "The service request has been accepted successfully",
            "MerchantRequestID": prompt["group"],
            "CheckoutRequestID": prompt["checkout"],
            "ResultCode": str(code),
            "ResultDesc": TEXTS.get(str(code), "The request failed."),
        }
        if h.fault(order, answer):
            return None
        if order == "pending":
            return h.json(500, {"requestId": "1", "errorCode": "500.001.1001",
                                "errorMessage": "The transaction is being processed"})  # fmt: skip
        return h.json(200, answer)

    def register(self, h):
        if not self.is_signed_in(h):
            return None
        if REFUSED_WORDS.search(str(h.data.get("ConfirmationURL", "sql"))):
            return self.wrong(h, "ConfirmationURL")
        self.told_at = h.data["ConfirmationURL"]
        h.json(200, {"OriginatorCoversationID": "1", "ResponseCode": "0", "ResponseDescription": "Success"})

    def status(self, h):
        if not self.is_signed_in(h):
            return
        self.asked["status"] += 1
        payment = self.payments.get(str(h.data.get("TransactionID")))
        result = {"ResultType": 0, "ResultCode": 0 if payment else 2033, "ResultDesc": "done",
                  "OriginatorConversationID": "1", "ConversationID": "AG_1",
                  "TransactionID": "OAI0000000"}  # the question's number, and not the payment's  # fmt: skip
        if payment:
            values = [("ReceiptNo", payment["number"]), ("TransactionStatus", "Completed"),
                      ("Amount", float(payment["amount"])), ("FinalisedTime", int(payment["at"])),
                      ("DebitPartyName", "2547 ***** 126 - JOHN"), ("DebitPartyName", "again")]  # fmt: skip
            result["ResultParameters"] = {"ResultParameter": [{"Key": k, "Value": v} for k, v in values]}
        self.sender.send(h.data["ResultURL"], json.dumps({"Result": result}).encode(), after=0.1)
        h.json(200, {"ConversationID": "AG_1", "OriginatorConversationID": "1", "ResponseCode": "0",
                     "ResponseDescription": "Accept the service request successfully."})  # fmt: skip

    def pull(self, h):
        if not self.is_signed_in(h):
            return None
        self.asked["list"] += 1
        offset = int(h.data.get("OffSetValue") or 0)
        since, until = (
            datetime.datetime.strptime(h.data[name], "%Y-%m-%d %H:%M:%S").strftime("%Y%m%d%H%M%S")
            for name in ("StartDate", "EndDate")
        )
        with self.lock:
            rows = [one for one in self.payments.values() if one["listed"] and since <= one["at"] <= until]
        rows = rows[offset : offset + 1000]
        if not rows:
            return h.json(
                200, {"ResponseRefID": "1", "ResponseCode": "1001", "ResponseMessage": "No records", "Response": []}
            )
        listed = [
            {
                "transactionId": row["number"],
                "trxDate": datetime.datetime.strptime(row["at"], "%Y%m%d%H%M%S").isoformat(),
                "msisdn": "2547*****126",
                "sender": "",
                "transactiontype": "c2b-pay-bill-debit",
                "billreference": row["reference"],
                "amount": f"{row['amount']}.00",
                "organizationname": "Double",
            }
            for row in rows
        ]
        return h.json(
            200, {"ResponseRefID": "1", "ResponseCode": "1000", "ResponseMessage": "Success", "Response": [listed]}
        )

    # -- what people do on their phones and in the portal

    def by_hand(self, h):
        """Somebody pays by hand: {amount, reference, listed, c2b}."""
        payment = self.pay(int(h.data["amount"]), h.data.get("reference", ""), h.data.get("listed", True))
        for order in h.data.get("c2b", [{}]):
            self.confirm(payment, order)
        h.json(200, payment)

    def paid_already(self, h):
        """Prompts that were paid, and nobody was told: a list of {amount, reference}. Answers with their numbers."""
        numbers = []
        for one in h.data:
            data = {"Amount": one["amount"], "AccountReference": one["reference"], "PhoneNumber": "254712345678",
                    "CallBackURL": ""}  # fmt: skip
            prompt = self.new_prompt(data, PAID)
            prompt.update(
                code="0", number=self.pay(one["amount"], one["reference"], checkout=prompt["checkout"])["number"]
            )
            numbers.append(prompt["checkout"])
        h.json(200, numbers)

    def reverse(self, h):
        """Staff reverse a payment in the portal: {number, amount}."""
        with self.lock:
            payment = self.payments[h.data["number"]]
            payment["reversed"] += int(h.data.get("amount", payment["amount"]))
        h.json(200, payment)


if __name__ == "__main__":
    main(Daraja(), 9801, f"told/p/{PAYBILL_TOKEN}/")

"""What the tests of the giving pages set up."""

BANK = "Bank: Example Bank|Account: 000 111 222"
MPESA = {"MPESA_KEY": "key", "MPESA_SECRET": "secret", "MPESA_SHORTCODE": "600000", "MPESA_PASSKEY": "passkey",
         "MPESA_PAYBILL_TOKEN": "a" * 64, "MPESA_URL": "http://127.0.0.1:9"}  # fmt: skip

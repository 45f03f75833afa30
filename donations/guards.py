"""What the database itself refuses about money, whoever asks.

- An entry of the ledger is never changed or deleted (PostgreSQL; on SQLite the model alone refuses).
- What went back of a gift is never more than what came (both), and neither is what has been asked to go back. A refund
  is looked at when its state, amount or gift is written: to note that finance was told of it locks no gift, and is
  never refused.

SQLite drops a table's triggers whenever a migration rebuilds the table: such a migration must end with `install`
(tests/donations/test_ledger.py fails where one is forgotten).
"""

POSTGRESQL = """
CREATE OR REPLACE FUNCTION donations_entry_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'donations_entry is only ever added to' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER donations_entry_is_kept BEFORE UPDATE OR DELETE ON donations_entry
FOR EACH ROW EXECUTE FUNCTION donations_entry_is_kept();

CREATE OR REPLACE FUNCTION donations_no_more_than_came() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM donations_gift WHERE id = NEW.gift_id FOR UPDATE;
  IF (SELECT COALESCE(SUM(amount), 0) FROM donations_entry WHERE gift_id = NEW.gift_id AND kind <> 'fee')
     + NEW.amount < 0
  THEN
    RAISE EXCEPTION 'more would go back than came' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER donations_no_more_than_came BEFORE INSERT ON donations_entry
FOR EACH ROW WHEN (NEW.amount < 0 AND NEW.kind <> 'fee') EXECUTE FUNCTION donations_no_more_than_came();

CREATE OR REPLACE FUNCTION donations_no_more_asked_than_is_left() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM donations_gift WHERE id = NEW.gift_id FOR UPDATE;
  IF (SELECT COALESCE(SUM(amount), 0) FROM donations_entry WHERE gift_id = NEW.gift_id AND kind <> 'fee')
     - (SELECT COALESCE(SUM(amount), 0) FROM donations_refund WHERE gift_id = NEW.gift_id AND id <> NEW.id
        AND state IN ('asked', 'approved', 'pending', 'unknown')) < NEW.amount
  THEN
    RAISE EXCEPTION 'more would be refunded than is left' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER donations_no_more_asked_than_is_left
BEFORE INSERT OR UPDATE OF state, amount, gift_id ON donations_refund
FOR EACH ROW WHEN (NEW.state IN ('asked', 'approved', 'pending', 'unknown'))
EXECUTE FUNCTION donations_no_more_asked_than_is_left();
"""

POSTGRESQL_AWAY = """
DROP TRIGGER IF EXISTS donations_entry_is_kept ON donations_entry;
DROP TRIGGER IF EXISTS donations_no_more_than_came ON donations_entry;
DROP TRIGGER IF EXISTS donations_no_more_asked_than_is_left ON donations_refund;
DROP FUNCTION IF EXISTS donations_entry_is_kept();
DROP FUNCTION IF EXISTS donations_no_more_than_came();
DROP FUNCTION IF EXISTS donations_no_more_asked_than_is_left();
"""

_ASKED = """
CREATE TRIGGER donations_no_more_asked_{when} BEFORE {event} ON donations_refund
WHEN NEW.state IN ('asked', 'approved', 'pending', 'unknown') BEGIN
  SELECT RAISE(ABORT, 'more would be refunded than is left')
  WHERE (SELECT COALESCE(SUM(amount), 0) FROM donations_entry WHERE gift_id = NEW.gift_id AND kind <> 'fee')
    - (SELECT COALESCE(SUM(amount), 0) FROM donations_refund WHERE gift_id = NEW.gift_id AND id IS NOT {self}
       AND state IN ('asked', 'approved', 'pending', 'unknown')) < NEW.amount;
END"""

SQLITE = [
    """
CREATE TRIGGER donations_no_more_than_came BEFORE INSERT ON donations_entry
WHEN NEW.amount < 0 AND NEW.kind <> 'fee' BEGIN
  SELECT RAISE(ABORT, 'more would go back than came')
  WHERE (SELECT COALESCE(SUM(amount), 0) FROM donations_entry WHERE gift_id = NEW.gift_id AND kind <> 'fee')
    + NEW.amount < 0;
END""",
    _ASKED.format(when="at_first", event="INSERT", self="NULL"),
    _ASKED.format(when="later", event="UPDATE OF state, amount, gift_id", self="NEW.id"),
]
NAMES = ["donations_no_more_than_came", "donations_no_more_asked_at_first", "donations_no_more_asked_later"]


def install(apps, schema_editor):
    """For RunPython: put the triggers in place, also where some are there already."""
    remove(apps, schema_editor)
    for statement in [POSTGRESQL] if schema_editor.connection.vendor == "postgresql" else SQLITE:
        schema_editor.execute(statement, params=None)


def remove(apps, schema_editor):
    """The reverse of `install`."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL_AWAY)
    else:
        for name in NAMES:
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}")

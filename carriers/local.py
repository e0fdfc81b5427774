"""The carrier of the demonstration: nothing leaves the house, the outbox row is what /demo shows."""


class Carrier:
    """Takes every parcel at once and keeps nothing."""

    def __init__(self, settings):
        pass

    def send(self, parcel):
        """An id that says that it stayed here."""
        return f"local-{parcel.message_id}"

    def redact(self, carrier_id):
        """Nothing: no words were kept."""

    def inbound_since(self, since):
        """Nothing: who texts the demonstration does it on its page."""
        return []

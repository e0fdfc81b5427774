"""What a text means: a pure reading of words against a catalogue. `understand.py` is the door."""

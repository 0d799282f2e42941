"""The only user of `cryptography`. Pure: no Django, no clock, no storage, no keys of its own."""

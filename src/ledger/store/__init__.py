"""The durable room: the event log with its Merkle tree, its verification, and the vault of personal data.

`log.py` is the door. Events come in as bytes and leave as bytes; what they mean is not known here.
`engine.py` alone imports eventsourcing, and is itself imported at the first write: reading the log
costs no more than sqlite3. `format.py` says what is hashed and is final for ever.
"""

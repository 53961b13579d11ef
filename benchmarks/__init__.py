"""What the ledger costs, beside the least it could cost or beside its peers, in the same run.

`python -m benchmarks` runs everything; each module runs alone too. Times belong to one machine on one
day: read the ratios. Nothing here is a test, and nothing here is installed with the ledger.
"""

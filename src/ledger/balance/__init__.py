"""How evenly a consortium rests on its people and its lieux.

`measures` are pure numbers, `evidence` says how sure they are, `flags` turns both into sentences.
Nothing here is stored: a balance is computed again from the events each time.
"""

"""Documents that cross concepts: reports, dossiers, the trail. Read from the tables, put into words once.

`cli/paper.py` lays them out for a terminal, `pages/` for a browser and for paper. Free to change.
"""

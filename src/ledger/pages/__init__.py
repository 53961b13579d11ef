"""What the surface's pages show: plain values read from a connection to `members.db`. No web server here.

Each page is one function from a connection and what was asked to the values of its template. The
templates are in `datasette/templates`, the routes in `datasette/plugins`.
"""

"""The OpenAPI document of the whole interface.

drf-spectacular describes the views of Django REST Framework by itself. xAPI's own resources are plain Django views:
they are described here, as data, and merged in. One test holds the description to the routes, schemathesis another to
the answers.
"""

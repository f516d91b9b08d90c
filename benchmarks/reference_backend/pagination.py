"""Pages of lists."""

from rest_framework.pagination import LimitOffsetPagination


class Pages(LimitOffsetPagination):
    """Twenty rows by default, a hundred at most (LIST-03)."""

    default_limit = 20
    max_limit = 100

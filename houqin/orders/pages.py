"""What a print page answers for a document that is too long to wait for."""

from __future__ import annotations

from django.http import HttpRequest

from houqin.orders import services
from houqin.orders.papers import OrderedPaper
from houqin.web.access import actor
from houqin.web.pages.page import SeeOther
from houqin.writing import write


def ordered(request: HttpRequest, paper: OrderedPaper) -> SeeOther:
    """Order `paper` and lead to the page that shows how far it is. Raises what `order_document` raises."""
    order = write(services.order_document, paper=paper, by=actor(request))
    return SeeOther(order.get_absolute_url())

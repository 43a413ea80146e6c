"""What somebody wants to know who writes to a shop: the price, whether it is to be had, how to buy it.

Phrases a person asks with, in seven languages; the notation is that of `wording.phrases`. They are meant to be right
where they speak: "what a price to pay" asks for no price. In other languages nothing is found, which is no answer.
"""

from ingestion.formats.intent import availability, how_to_buy, price
from ingestion.formats.wording import phrases

ASKS_PRICE, ASKS_AVAILABILITY, ASKS_HOW_TO_BUY = (
    phrases(*table.PHRASES.values()) for table in (price, availability, how_to_buy)
)

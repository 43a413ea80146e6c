"""What a public id in an address can be. Whoever writes such an address imports this module."""

from django.urls import register_converter
from django.urls.converters import StringConverter

from tenants.models.owned import PUBLIC_ID


class PublicIdConverter(StringConverter):
    """Matches what a public id can be; anything else is found nowhere and asks the database nothing."""

    regex = PUBLIC_ID


register_converter(PublicIdConverter, "public_id")

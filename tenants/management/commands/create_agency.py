"""`manage.py create_agency`: the first step of a new agency."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse

from tenants.models import Tenant
from tenants.services.tenants import create_tenant


class Command(BaseCommand):
    help = "Make an agency and invite its owner, who sets a password by mail and then invites everybody else."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="the agency's name")
        parser.add_argument("--owner", required=True, help="the owner's e-mail address")
        parser.add_argument("--zone", default=Tenant._meta.get_field("zone").default, help="time zone (%(default)s)")
        parser.add_argument("--locale", default=Tenant._meta.get_field("locale").default, help="locale (%(default)s)")

    def handle(self, *_: Any, **options: Any) -> None:
        try:
            tenant = create_tenant(
                name=options["name"], owner_email=options["owner"], zone=options["zone"], locale=options["locale"]
            )
        except ValidationError as wrong:
            raise CommandError("; ".join(wrong.messages)) from wrong
        self.stdout.write(
            f"{tenant.name} ({tenant.public_id}) is there. {options['owner']} sets a password at "
            f"{reverse('admin_password_reset')} and then joins it at {reverse('admin:index')}."
        )

"""How log lines look: one line, with the tenant in force by number and nobody's name."""

import logging
from datetime import UTC, datetime

from tenants import scope


class LineFormatter(logging.Formatter):
    """`2026-03-01T09:30:00.123Z INFO tenant=12 tenants.middleware: what happened`"""

    def format(self, record: logging.LogRecord) -> str:
        moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        tenant = scope.current().tenant_id
        line = (
            f"{moment.removesuffix('+00:00')}Z {record.levelname} tenant={tenant or '-'} "
            f"{record.name}: {record.getMessage()}"
        )
        return line if not record.exc_info else f"{line}\n{self.formatException(record.exc_info)}"

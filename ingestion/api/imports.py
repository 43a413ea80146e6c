"""Files over HTTP: handed over whole or in parts, looked at, read and watched; and what was set aside of them."""

from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, status
from rest_framework.exceptions import ValidationError
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from ingestion import selectors
from ingestion.api.parsers import FileUnread, JsonUnread
from ingestion.api.schema import SOURCE
from ingestion.api.serializers import ImportSerializer, LookSerializer, ReadAsSerializer
from ingestion.formats import layout
from ingestion.models import FileImport, Shape
from ingestion.services import files, layouts, leftovers
from tenants.api.idempotency import KEY, idempotent

BYTES = {"*/*": OpenApiTypes.BINARY}
NAME = OpenApiParameter("name", str, description="The file's name, for people to know it by.")
AT = OpenApiParameter("at", int, required=True, description="Which byte of the file this part begins with, from 0.")


class OfImports(generics.GenericAPIView[FileImport]):
    serializer_class = ImportSerializer
    lookup_field = "public_id"
    lookup_url_kwarg = "import_id"

    def get_queryset(self) -> QuerySet[FileImport]:
        return selectors.imports()

    def shown(self, file: FileImport, status_code: int = status.HTTP_200_OK) -> Response:
        return Response(self.get_serializer(self.get_queryset().get(pk=file.pk)).data, status=status_code)


class ImportListView(OfImports, generics.ListAPIView[FileImport]):
    """Files that were handed over, with how many of their rows have landed."""

    parser_classes = [FileUnread]

    @extend_schema(parameters=[SOURCE, NAME, KEY], request=BYTES, responses={201: ImportSerializer})
    @idempotent
    def post(self, request: Request) -> Response:
        """Hand over a file, or its first part of up to 5 MB. Nothing of it is read before its import is begun."""
        source = request.query_params.get("source")
        if source is None:
            raise ValidationError({"source": ["Name the source in the address: ?source=src_…"]})
        name = request.query_params.get("name", "")
        file = files.take_in([_body(request)], name=name or "without a name", source_id=source)
        return self.shown(file, status.HTTP_201_CREATED)


class ImportView(OfImports, generics.RetrieveAPIView[FileImport]):
    """One file: how far it is, and what became of its rows."""

    @extend_schema(responses={204: None})
    def delete(self, request: Request, import_id: str) -> Response:
        """Let a file go whose import has not begun."""
        files.drop(self.get_object())
        return Response(status=status.HTTP_204_NO_CONTENT)


class PartView(OfImports):
    """More of a file that is longer than one request may be."""

    parser_classes = [FileUnread]

    @extend_schema(parameters=[AT], request=BYTES, responses=ImportSerializer)
    def post(self, request: Request, import_id: str) -> Response:
        """Add the next part of up to 5 MB. Sent again it adds nothing; `size` says where the next one begins."""
        file, at = self.get_object(), request.query_params.get("at", "")
        if not (at.isascii() and at.isdigit() and len(at) < 16):
            raise ValidationError({"at": ["Say in the address with which byte the part begins: ?at=5000000"]})
        return self.shown(files.append(file, [_body(request)], at=int(at)))


class LookView(OfImports):
    """What would become of a file."""

    parser_classes = [JsonUnread]

    @extend_schema(request=ReadAsSerializer, responses=LookSerializer)
    def post(self, request: Request, import_id: str) -> Response:
        """Show the first rows, read as said here or, where nothing is said, as proposed. Nothing is landed."""
        found = layouts.look(self.get_object(), **_said(request))
        proposed = None if found.layout is None else layout.written(found.layout)
        shown = {"shape": found.shape, "layout": proposed, "columns": found.names}
        return Response(LookSerializer({**vars(found), **shown}).data)


class BeginView(OfImports):
    """The import itself."""

    parser_classes = [JsonUnread]

    @extend_schema(parameters=[KEY], request=ReadAsSerializer, responses={202: ImportSerializer})
    @idempotent
    def post(self, request: Request, import_id: str) -> Response:
        """Have the file read as said here or, where nothing is said, as proposed. Jobs land it; watch its progress."""
        return self.shown(layouts.begin(self.get_object(), **_said(request)), status.HTTP_202_ACCEPTED)


class AnyRenderer(BaseRenderer):
    """Lets through whoever accepts no JSON: the answer is a file, which nothing renders."""

    media_type = "*/*"
    format = "file"


class LeftoversView(OfImports):
    """The rows of one file that were set aside."""

    renderer_classes = [JSONRenderer, AnyRenderer]

    @extend_schema(
        responses={(200, "text/csv"): OpenApiTypes.BINARY, (200, "application/x-ndjson"): OpenApiTypes.BINARY}
    )
    def get(self, request: Request, import_id: str) -> FileResponse:
        """Download them to be mended and imported again: a table with what is wrong in front; of NDJSON the lines."""
        name, content = leftovers.of_file(self.get_object())
        return FileResponse(content, as_attachment=True, filename=name)


class VerdictsView(OfImports):
    """What became of each row of a file."""

    renderer_classes = [JSONRenderer, AnyRenderer]

    @extend_schema(responses={(200, "text/csv"): OpenApiTypes.BINARY})
    def get(self, request: Request, import_id: str) -> FileResponse:
        """Download place, verdict and code of the rows that were here before, are set aside, or were dropped."""
        name, content = leftovers.verdicts_of(self.get_object())
        return FileResponse(content, as_attachment=True, filename=name)


def _body(request: Request) -> bytes:
    body: Any = request.data or b""
    return bytes(body)


def _said(request: Request) -> dict[str, Any]:
    said = layout.read_as(_body(request) or b"{}")
    shape = None if said.shape is None else Shape.called(said.shape)
    return {"shape": shape, "said": said.layout, "sheet": said.sheet}

"""The API's shapes of agencies, keys and clients."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from tenants.models import ApiKey, Channel, Client, Job, JobState, Tenant


class AgencySerializer(serializers.ModelSerializer[Tenant]):
    id = serializers.CharField(source="public_id", read_only=True)

    class Meta:
        model = Tenant
        fields = ["id", "name", "zone", "locale"]


class KeySerializer(serializers.ModelSerializer[ApiKey]):
    id = serializers.CharField(source="public_id", read_only=True)

    class Meta:
        model = ApiKey
        fields = ["id", "name", "scopes", "expires_at"]


class MeSerializer(serializers.Serializer[ApiKey]):
    agency = AgencySerializer(source="tenant")
    key = KeySerializer(source="*")


class ChannelSerializer(serializers.ModelSerializer[Channel]):
    id = serializers.CharField(source="public_id", read_only=True)

    class Meta:
        model = Channel
        fields = ["id", "platform", "handle", "role"]


class AudienceSerializer(serializers.ModelSerializer[Client]):
    """The declared audience: whom the brand is for. Empty lists say nothing; nothing depends on it yet."""

    languages = serializers.ListField(child=serializers.CharField(), source="audience_languages")
    regions = serializers.ListField(child=serializers.CharField(), source="audience_regions")
    interests = serializers.ListField(child=serializers.CharField(), source="audience_interests")

    class Meta:
        model = Client
        fields = ["languages", "regions", "interests"]


class ClientSerializer(serializers.ModelSerializer[Client]):
    id = serializers.CharField(source="public_id", read_only=True)
    audience = AudienceSerializer(source="*")
    channels = ChannelSerializer(many=True)

    class Meta:
        model = Client
        fields = ["id", "name", "audience", "channels", "created_at"]


class JobErrorSerializer(serializers.ModelSerializer[Job]):
    """Why the last attempt ended early: a stable code, and a sentence that may change."""

    code = serializers.CharField(source="error_code", read_only=True)
    detail = serializers.CharField(source="error", read_only=True)

    class Meta:
        model = Job
        fields = ["code", "detail"]


class JobSerializer(serializers.ModelSerializer[Job]):
    id = serializers.CharField(source="public_id", read_only=True)
    state = serializers.ChoiceField(
        choices=JobState.choices,
        read_only=True,
        help_text="`failed`: declined with a reason that another try would not change; `quarantined`: set aside after "
        "five attempts.",
    )
    progress = serializers.IntegerField(min_value=0, max_value=100, read_only=True, help_text="Per cent.")
    started_at = serializers.DateTimeField(
        source="claimed_at", read_only=True, allow_null=True, help_text="When the last attempt began."
    )
    error = serializers.SerializerMethodField(help_text="Null while all went well.")
    parent = serializers.CharField(  # type: ignore[assignment]  # a field of this name, not the serializer around it
        source="parent.public_id", read_only=True, default=None, allow_null=True, help_text="The job it is a part of."
    )

    class Meta:
        model = Job
        fields = ["id", "kind", "state", "progress", "attempt", "created_at", "run_after", "started_at", "finished_at",
                  "error", "parent"]  # fmt: skip

    @extend_schema_field(JobErrorSerializer(allow_null=True))
    def get_error(self, job: Job) -> dict[str, str] | None:
        return JobErrorSerializer(job).data if job.error_code else None

"""The API's shapes of agencies, keys and clients."""

from rest_framework import serializers

from tenants.models import ApiKey, Channel, Client, Tenant


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
    """The declared audience: what relevance is measured against. Empty lists say nothing."""

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

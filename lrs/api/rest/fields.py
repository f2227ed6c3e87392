"""Fields of our own: an IRI, and names per language."""

from typing import Any, ClassVar

import jsonschema_rs
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from lrs.xapi.schemas import schema
from lrs.xapi.versions import V2

_LONGEST_IRI, _LONGEST_NAME = 20_000, 1_000


def _part(name: str) -> jsonschema_rs.Draft7Validator:
    return jsonschema_rs.Draft7Validator(
        {**schema(V2), "$ref": f"#/definitions/{name}"},
        pattern_options=jsonschema_rs.RegexOptions(),
    )


_IRI, _LANGUAGE_MAP = _part("iri"), _part("languageMap")


@extend_schema_field(
    {
        "type": "string",
        "maxLength": _LONGEST_IRI,
        "pattern": schema(V2)["definitions"]["iri"]["pattern"],
    }
)
class IriField(serializers.CharField):
    """An IRI with its scheme, kept exactly as given."""

    default_error_messages: ClassVar = {"iri": "This is not an IRI. Write it with its scheme."}

    def __init__(self, **extra: Any) -> None:
        super().__init__(trim_whitespace=False, max_length=_LONGEST_IRI, **extra)

    def to_internal_value(self, data: Any) -> str:
        text = str(super().to_internal_value(data))
        if not _fits(_IRI, text):
            self.fail("iri")
        return text


@extend_schema_field({"$ref": "#/components/schemas/Xapi2LanguageMap"})
class NamesField(serializers.DictField):
    """Names per language (RFC 5646), as xAPI's language maps."""

    child = serializers.CharField(max_length=_LONGEST_NAME, allow_blank=True, trim_whitespace=False)
    default_error_messages: ClassVar = {
        "language": 'Write names per language: {{"es": "Álgebra"}}.'
    }

    def to_internal_value(self, data: Any) -> dict[str, str]:
        if not isinstance(data, dict) or not _fits(_LANGUAGE_MAP, data):
            self.fail("language")
        names: dict[str, str] = super().to_internal_value(data)
        return names


def _fits(validator: jsonschema_rs.Draft7Validator, value: Any) -> bool:
    try:
        return validator.is_valid(value)
    except UnicodeEncodeError:  # a lone surrogate, which is no text
        return False

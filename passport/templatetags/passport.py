"""What the passport's templates cannot say by themselves."""

from collections.abc import Mapping

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from passport.timeline.rules import Place

register = template.Library()


@register.simple_tag
def course_link(course: Place, course_ids: Mapping[str, int] | str) -> str | SafeString:
    """The course's name, linked to its page where the reader has one (a visitor has none)."""
    if isinstance(course_ids, Mapping) and course.iri in course_ids:
        address = reverse("passport:course", args=[course_ids[course.iri]])
        return format_html('<a href="{}">{}</a>', address, course.name)
    return course.name

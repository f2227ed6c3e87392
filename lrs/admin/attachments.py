"""Attachments in the admin: what was kept, which statements have it, whether it was scanned, and a safe download."""

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.template.defaultfilters import filesizeformat
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lrs.admin.readonly import LargeListAdmin, every_store, link_to
from lrs.attachments.selectors import statements_with
from lrs.attachments.serving import download
from lrs.attachments.storage import StorageUnavailable
from lrs.models import Attachment, StatementAttachment, StatementId

_MOST_STATEMENTS = 50


@admin.register(Attachment)
class AttachmentAdmin(LargeListAdmin):
    list_display = ("short_sha2", "content_type", "size", "scan", "stored", "store")
    list_filter = ("store", ("scanned", admin.EmptyFieldListFilter))
    fields = (
        "sha2",
        "content_type",
        "size",
        "scan",
        "stored",
        "store",
        "downloading",
        "its_statements",
    )
    readonly_fields = fields
    search_help_text = _("A whole SHA-256, or the id of a statement")

    def matches(self, term: str) -> Q:
        try:
            statement_id = UUID(term)
        except ValueError:
            return Q(store__in=every_store(), sha2=term.lower())
        seqs = list(StatementId.objects.filter(id=statement_id).values_list("seq", flat=True))
        links = StatementAttachment.objects.filter(seq__in=seqs)
        return Q(pk__in=list(links.values_list("attachment", flat=True)))

    def get_urls(self) -> list[URLPattern]:
        content = path(
            "<int:pk>/content/",
            self.admin_site.admin_view(self.content_view),
            name="lrs_attachment_content",
        )
        return [content, *super().get_urls()]

    def content_view(
        self, request: HttpRequest, pk: int
    ) -> StreamingHttpResponse | HttpResponseRedirect:
        """The content, as a download that no browser runs; back to its page where the storage has lost it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        attachment = get_object_or_404(Attachment, pk=pk)
        try:
            return download(attachment)
        except StorageUnavailable as error:
            told = gettext("The storage of attachments does not give it: %(error)s")
            self.message_user(request, told % {"error": error}, messages.ERROR)
            return HttpResponseRedirect(reverse("admin:lrs_attachment_change", args=[pk]))

    @admin.display(description="SHA-256")
    def short_sha2(self, attachment: Attachment) -> str:
        return f"{attachment.sha2[:16]}…"

    @admin.display(description=_("size"), ordering="length")
    def size(self, attachment: Attachment) -> str:
        return filesizeformat(attachment.length)

    @admin.display(description=_("virus scan"))
    def scan(self, attachment: Attachment) -> str:
        if attachment.scanned is None:
            return format_html(
                '<span class="k-chip k-chip-unknown">{}</span>', gettext("Not scanned")
            )
        return format_html(
            '<span class="k-chip k-chip-passed">{}</span> {}',
            gettext("Nothing found"),
            f"{timezone.localtime(attachment.scanned):%Y-%m-%d %H:%M}",
        )

    @admin.display(description=_("content"))
    def downloading(self, attachment: Attachment) -> str:
        return link_to("lrs_attachment_content", gettext("Download it"), attachment.pk)

    @admin.display(description=_("statements"))
    def its_statements(self, attachment: Attachment) -> str:
        found = statements_with(attachment=attachment, limit=_MOST_STATEMENTS + 1)
        if not found:
            return gettext("No statement has it.")
        links: list[tuple[Any, ...]] = [
            (link_to("lrs_statement_change", statement_id, seq),)
            for seq, statement_id in found[:_MOST_STATEMENTS]
        ]
        listed = format_html_join("", "<li>{}</li>", links)
        more = gettext("And more of them.") if len(found) > _MOST_STATEMENTS else ""
        return format_html("<ul>{}</ul>{}", listed, more)

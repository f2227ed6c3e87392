"""Erasing a store: its doors first, and what is left of it when its statements are gone."""

from django.db import connection, transaction
from django.utils import timezone

from lrs.models import Attachment, Credential, Store, TrustedIssuer


@transaction.atomic
def close_store(*, store_id: int) -> None:
    """Let nobody in any more: every credential and trusted issuer is revoked."""
    now = timezone.now()
    Credential.objects.filter(store=store_id, revoked=None).update(revoked=now)
    TrustedIssuer.objects.filter(store=store_id, revoked=None).update(revoked=now)


def contents_of_store(*, store_id: int) -> list[int]:
    """The contents of attachments that the store still has (lrs.attachments.services.remove_unused)."""
    return list(Attachment.objects.filter(store=store_id).values_list("pk", flat=True))


# In an order in which no row is needed by one that is still there.
_COMMANDS = (
    *(
        f"DELETE FROM lrs_echo_{kind} e USING lrs_echo o"
        " WHERE o.store_id = %(store)s AND e.seq = o.seq AND e.origin = o.origin"
        for kind in ("agent", "activity")
    ),
    "DELETE FROM lrs_import_batch b USING lrs_import i WHERE i.store_id = %(store)s AND b.source_id = i.id",
    "DELETE FROM lrs_import_refused f USING lrs_import i WHERE i.store_id = %(store)s AND f.source_id = i.id",
    "DELETE FROM lrs_agent_name n USING lrs_agent a WHERE a.store_id = %(store)s AND n.agent_id = a.id",
    "DELETE FROM lrs_tokensubject t USING lrs_trustedissuer i WHERE i.store_id = %(store)s AND t.issuer_id = i.id",
    "DELETE FROM lrs_credentialsecret s USING lrs_credential c WHERE c.store_id = %(store)s AND s.credential_id = c.id",
    "UPDATE lrs_node SET parent_id = NULL WHERE store_id = %(store)s",
    *(
        f"DELETE FROM {table} WHERE store_id = %(store)s"
        for table in (
            "lrs_echo",
            "lrs_statement_reference",
            "lrs_statement_place",
            "lrs_document",
            "lrs_import",
            "lrs_rejection",
            "lrs_rejectioncause",
            "lrs_ingestionspan",
            "lrs_hierarchy_to_be_placed",
            "lrs_hierarchy_progress",
            "lrs_node",
            "lrs_typerule",
            "lrs_kindrule",
            "lrs_agent",
            "lrs_verb",
            "lrs_activity",
            "lrs_trustedissuer",
            "lrs_credential",
            "lrs_dimension_generation",
        )
    ),
)


def delete_store(*, store_id: int) -> None:
    """Delete the store with all that it keeps but statements and contents, which must be gone.

    Precondition: an open transaction.
    """
    with connection.cursor() as cursor:
        for command in _COMMANDS:
            cursor.execute(command, {"store": store_id})
    Store.objects.filter(pk=store_id).delete()

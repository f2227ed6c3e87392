"""The tables of the LRS, a module a subject.

Written for the paths of docs/decisions/0002: one integer `seq` orders every statement; actors, verbs and activities are
integer ids in a table per store; link tables answer the `related` filters and "the newest N" by index alone.
"""

from lrs.models.agents import AgentName
from lrs.models.attachments import Attachment, StatementAttachment
from lrs.models.dimensions import Activity, Agent, Verb
from lrs.models.documents import Document
from lrs.models.echoes import Echo, EchoActivity, EchoAgent
from lrs.models.hierarchy import (
    HierarchyProgress,
    InteractionKind,
    KindRule,
    MentionSlot,
    Node,
    NodeLevel,
    NodeSessionKind,
    StatementPlace,
    ToBePlaced,
    TypeRule,
)
from lrs.models.imports import ImportedBatch, RefusedLine, StatementImport
from lrs.models.ingestion import IngestionProgress, IngestionSpan
from lrs.models.issuers import TokenSubject, TrustedIssuer
from lrs.models.links import (
    ActivityRole,
    AgentRole,
    StatementActivity,
    StatementAgent,
    StatementReference,
)
from lrs.models.rejections import Rejection, RejectionCause
from lrs.models.statements import Dictionary, DimensionGeneration, Statement, StatementId
from lrs.models.stores import Credential, CredentialSecret, Store, XapiVersion

__all__ = [
    "Activity",
    "ActivityRole",
    "Agent",
    "AgentName",
    "AgentRole",
    "Attachment",
    "Credential",
    "CredentialSecret",
    "Dictionary",
    "DimensionGeneration",
    "Document",
    "Echo",
    "EchoActivity",
    "EchoAgent",
    "HierarchyProgress",
    "ImportedBatch",
    "IngestionProgress",
    "IngestionSpan",
    "InteractionKind",
    "KindRule",
    "MentionSlot",
    "Node",
    "NodeLevel",
    "NodeSessionKind",
    "RefusedLine",
    "Rejection",
    "RejectionCause",
    "Statement",
    "StatementActivity",
    "StatementAgent",
    "StatementAttachment",
    "StatementId",
    "StatementImport",
    "StatementPlace",
    "StatementReference",
    "Store",
    "ToBePlaced",
    "TokenSubject",
    "TrustedIssuer",
    "TypeRule",
    "Verb",
    "XapiVersion",
]

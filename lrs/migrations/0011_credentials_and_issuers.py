"""A credential's secrets as rows, trusted issuers of tokens, and the generation of a store's credentials.

The generation is what makes "revoked" true at once. A process keeps what it knows of a credential together with the store's
generation, and every request compares it in the database. So a trigger, and not our services alone, counts it up:
whatever changes who may do what, by the admin or by hand, does so in the same transaction.
"""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


SECRETS = """
INSERT INTO lrs_credentialsecret (credential_id, digest, created) SELECT id, secret_hash, created FROM lrs_credential;
SET CONSTRAINTS ALL IMMEDIATE;
"""

# The newest secret that is good; none of a credential without one, which nothing opens.
SECRETS_REVERSE = """
UPDATE lrs_credential c SET secret_hash = coalesce(
  (SELECT s.digest FROM lrs_credentialsecret s WHERE s.credential_id = c.id AND s.withdrawn IS NULL
    ORDER BY s.id DESC LIMIT 1), '');
DELETE FROM lrs_credentialsecret;
SET CONSTRAINTS ALL IMMEDIATE;
"""

GENERATION = """
CREATE FUNCTION lrs_access_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  changed bigint;
BEGIN
  IF TG_TABLE_NAME = 'lrs_credentialsecret' THEN
    SELECT c.store_id INTO changed FROM lrs_credential c WHERE c.id = OLD.credential_id;
  ELSIF TG_TABLE_NAME = 'lrs_tokensubject' THEN
    SELECT i.store_id INTO changed FROM lrs_trustedissuer i WHERE i.id = OLD.issuer_id;
  ELSE
    changed := OLD.store_id;
  END IF;
  UPDATE lrs_store SET generation = generation + 1 WHERE id = changed;
  RETURN NULL;
END $$;

CREATE TRIGGER lrs_credential_changed AFTER UPDATE ON lrs_credential FOR EACH ROW
  WHEN (ROW(OLD.store_id, OLD.label, OLD.key, OLD.scopes, OLD.expires, OLD.revoked)
        IS DISTINCT FROM ROW(NEW.store_id, NEW.label, NEW.key, NEW.scopes, NEW.expires, NEW.revoked))
  EXECUTE FUNCTION lrs_access_changed();
CREATE TRIGGER lrs_secret_changed AFTER UPDATE ON lrs_credentialsecret FOR EACH ROW
  WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION lrs_access_changed();
CREATE TRIGGER lrs_issuer_changed AFTER UPDATE ON lrs_trustedissuer FOR EACH ROW
  WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION lrs_access_changed();
CREATE TRIGGER lrs_subject_changed AFTER UPDATE ON lrs_tokensubject FOR EACH ROW
  WHEN (OLD.revoked IS DISTINCT FROM NEW.revoked) EXECUTE FUNCTION lrs_access_changed();

CREATE TRIGGER lrs_credential_gone AFTER DELETE ON lrs_credential FOR EACH ROW EXECUTE FUNCTION lrs_access_changed();
CREATE TRIGGER lrs_secret_gone AFTER DELETE ON lrs_credentialsecret FOR EACH ROW EXECUTE FUNCTION lrs_access_changed();
CREATE TRIGGER lrs_issuer_gone AFTER DELETE ON lrs_trustedissuer FOR EACH ROW EXECUTE FUNCTION lrs_access_changed();
CREATE TRIGGER lrs_subject_gone AFTER DELETE ON lrs_tokensubject FOR EACH ROW EXECUTE FUNCTION lrs_access_changed();

-- Django writes a whole row back as it was read: the generation must not go back with it.
CREATE FUNCTION lrs_store_generation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.generation := greatest(NEW.generation, OLD.generation);
  IF ROW(OLD.slug, OLD.default_version, OLD.authority_template)
     IS DISTINCT FROM ROW(NEW.slug, NEW.default_version, NEW.authority_template) THEN
    NEW.generation := NEW.generation + 1;
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER lrs_store_changed BEFORE UPDATE ON lrs_store FOR EACH ROW EXECUTE FUNCTION lrs_store_generation();
"""

GENERATION_REVERSE = """
DROP TRIGGER lrs_store_changed ON lrs_store;
DROP FUNCTION lrs_store_generation();
DROP FUNCTION lrs_access_changed() CASCADE;
"""


ROLES = [
    (0, "Actor"), (1, "Object"), (2, "Authority"), (3, "Instructor"), (4, "Team"), (5, "Context Agent"), (6, "Context Group"),
    (7, "Substatement"), (8, "Authority Member"),
]


class Migration(migrations.Migration):

    dependencies = [
        ('lrs', '0010_hierarchy'),
    ]

    operations = [
        migrations.AddField(
            model_name='credential',
            name='authorities',
            field=models.JSONField(default=list, editable=False),
        ),
        migrations.AddField(
            model_name='credential',
            name='expires',
            field=models.DateTimeField(blank=True, null=True, verbose_name='expires'),
        ),
        migrations.AddField(
            model_name='credential',
            name='last_used',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='last used'),
        ),
        migrations.AddField(
            model_name='credential',
            name='note',
            field=models.TextField(blank=True, help_text='For administrators: who has it, and for what.', verbose_name='note'),
        ),
        migrations.AddField(
            model_name='store',
            name='authority_template',
            field=models.JSONField(blank=True, help_text="The agent that vouches for a credential's statements; empty: the usual one.", null=True, verbose_name='authority'),
        ),
        migrations.AddField(
            model_name='store',
            name='generation',
            field=models.IntegerField(default=1, editable=False),
        ),
        migrations.CreateModel(
            name='CredentialSecret',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.BinaryField()),
                ('created', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='created')),
                ('expires', models.DateTimeField(blank=True, null=True, verbose_name='expires')),
                ('withdrawn', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='withdrawn')),
                ('credential', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='secrets', to='lrs.credential')),
            ],
            options={
                'verbose_name': 'secret',
                'verbose_name_plural': 'secrets',
                'ordering': ('created', 'pk'),
            },
        ),
        migrations.CreateModel(
            name='TrustedIssuer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('label', models.CharField(max_length=200, verbose_name='label')),
                ('issuer', models.CharField(help_text="Exactly as in the tokens' claim “iss”.", max_length=500, verbose_name='issuer')),
                ('audience', models.CharField(help_text="What the tokens' claim “aud” must name.", max_length=500, verbose_name='audience')),
                ('jwks_url', models.CharField(help_text="The issuer's “jwks_uri”.", max_length=500, verbose_name='address of the keys')),
                ('algorithms', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=10), size=None, verbose_name='algorithms')),
                ('scopes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), help_text='The most that a token may have here, whatever it says.', size=None, verbose_name='scopes')),
                ('scope_claim', models.CharField(default='scope', max_length=200, verbose_name='claim with the scopes')),
                ('scope_map', models.JSONField(blank=True, default=dict, help_text="From the issuer's name of a scope or role to ours; empty: they are the same.", verbose_name='names of scopes')),
                ('authority_template', models.JSONField(blank=True, null=True, verbose_name='authority')),
                ('created', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='created')),
                ('revoked', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='revoked')),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='issuers', to='lrs.store')),
            ],
            options={
                'verbose_name': 'trusted issuer',
                'verbose_name_plural': 'trusted issuers',
                'ordering': ('label',),
            },
        ),
        migrations.CreateModel(
            name='TokenSubject',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject', models.CharField(max_length=255, verbose_name='subject')),
                ('authorities', models.JSONField(default=list, editable=False)),
                ('created', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='first seen')),
                ('revoked', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='revoked')),
                ('last_used', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='last used')),
                ('issuer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='subjects', to='lrs.trustedissuer')),
            ],
            options={
                'verbose_name': 'token subject',
                'verbose_name_plural': 'token subjects',
            },
        ),
        migrations.AddConstraint(
            model_name='trustedissuer',
            constraint=models.UniqueConstraint(models.F('issuer'), models.F('audience'), condition=models.Q(('revoked', None)), name='lrs_trusted_issuer_audience'),
        ),
        migrations.AddConstraint(
            model_name='tokensubject',
            constraint=models.UniqueConstraint(models.F('issuer'), models.F('subject'), name='lrs_token_subject'),
        ),
        migrations.AlterField("credential", "secret_hash", models.BinaryField(null=True)),
        migrations.RunSQL(SECRETS, SECRETS_REVERSE),
        migrations.RemoveField("credential", "secret_hash"),
        migrations.RunSQL(GENERATION, GENERATION_REVERSE),
        migrations.AlterField("echoagent", "role", models.SmallIntegerField(choices=ROLES)),
        migrations.AlterField("statementagent", "role", models.SmallIntegerField(choices=ROLES)),
    ]

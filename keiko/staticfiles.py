"""Static files under names that carry a hash of their content, so that browsers may keep them."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class ModuleManifestStorage(CompressedManifestStaticFilesStorage):
    """Also rewrites the import lines of our ES modules to the hashed names."""

    support_js_module_import_aggregation = True

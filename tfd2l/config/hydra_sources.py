"""Where Hydra finds options: folders of YAML files, and the registry of installed components."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hydra.core.config_search_path import ConfigSearchPath
from hydra.core.object_type import ObjectType
from hydra.core.plugins import Plugins
from hydra.plugins.config_source import ConfigLoadError, ConfigResult, ConfigSource
from hydra.plugins.search_path_plugin import SearchPathPlugin
from omegaconf import DictConfig, OmegaConf

from tfd2l import registry
from tfd2l.config.options import complete
from tfd2l.config.paths import conf_dir, plugin_conf_dirs
from tfd2l.config.schema import SECTION_OPTIONS

OWN = "tfd2l"  # the distribution whose components are not replaced by a plugin's files
BUILT_IN, INSTALLED = "built-in", "installed"


class FolderSource(ConfigSource):
    """A folder of options, as `file://` is, whose components have the defaults of their constructors.

    `{name: squared_error, scale: 0.5}` becomes `{name: squared_error, scale: 0.5, reduction: mean, ...}`.
    """

    @staticmethod
    def scheme() -> str:
        """Returns the scheme of its paths: `tfd2l-folder:///a/folder`."""
        return "tfd2l-folder"

    def available(self) -> bool:
        """Returns whether the folder is there."""
        return self.is_group("")

    def is_group(self, config_path: str) -> bool:
        """Returns whether there is such a folder in it."""
        return Path(self.path, config_path).is_dir()

    def is_config(self, config_path: str) -> bool:
        """Returns whether there is such a file in it."""
        return Path(self.path, self._normalize_file_name(config_path)).is_file()

    def load_config(self, config_path: str) -> ConfigResult:
        """Loads a file and completes it."""
        file = Path(self.path, self._normalize_file_name(config_path))
        if not file.is_file():
            raise ConfigLoadError(f"Config not found : {file}")
        with file.open(encoding="utf-8") as stream:
            header = self._get_header_dict(stream.read(512))
            stream.seek(0)
            config: Any = OmegaConf.load(stream)
        group = config_path.rpartition("/")[0]
        if isinstance(config, DictConfig) and header["package"] is None and _stands_alone(group, config):
            own: Any = OmegaConf.to_container(config, resolve=False)
            config = OmegaConf.create(complete(group, own))
        return ConfigResult(provider=self.provider, path=self.full_path(), config=config, header=header)

    def list(self, config_path: str, results_filter: ObjectType | None) -> list[str]:
        """Returns the names of folders and files."""
        found: list[str] = []
        for file in Path(self.path, config_path).iterdir():
            self._list_add_result(found, f"{config_path}/{file.name}".lstrip("/"), file.name, results_filter)
        return sorted(set(found))


class RegistrySource(ConfigSource):
    """Every component of the registry as an option of its group, every section as one with its defaults.

    `tfd2l://built-in` holds those of this distribution, `tfd2l://installed` all others.
    """

    @staticmethod
    def scheme() -> str:
        """Returns the scheme of its paths."""
        return "tfd2l"

    def available(self) -> bool:
        """Returns True: the registry is always there."""
        return True

    def is_group(self, config_path: str) -> bool:
        """Returns whether it is a kind of component, or a section."""
        return config_path in ("", *registry.KINDS, *SECTION_OPTIONS)

    def is_config(self, config_path: str) -> bool:
        """Returns whether a component of that kind and name is registered."""
        group, _, option = config_path.removesuffix(".yaml").rpartition("/")
        return option in self._options(group)

    def load_config(self, config_path: str) -> ConfigResult:
        """Makes the configuration of a component from the signature of its constructor."""
        group, _, option = config_path.removesuffix(".yaml").rpartition("/")
        tree = complete(group, {} if group in SECTION_OPTIONS else {"name": option})
        header: dict[str, str | None] = {"package": None}
        return ConfigResult(provider=self.provider, path=self.full_path(), config=OmegaConf.create(tree), header=header)

    def list(self, config_path: str, results_filter: ObjectType | None) -> list[str]:
        """Returns the names of kinds and sections, or of the components of a kind."""
        if config_path == "":
            return [] if results_filter == ObjectType.CONFIG else sorted([*registry.KINDS, *SECTION_OPTIONS])
        return [] if results_filter == ObjectType.GROUP else sorted(self._options(config_path))

    def _options(self, group: str) -> set[str]:
        own = self.path == BUILT_IN
        if group in SECTION_OPTIONS:
            return set(SECTION_OPTIONS[group]) if own else set()
        if group not in registry.KINDS:
            return set()
        return {entry.name for entry in registry.entries(group) if (entry.distribution == OWN) is own}


class OptionSearchPath(SearchPathPlugin):
    """Puts the project's folder, its components, and those of plugins on Hydra's search path, in this order."""

    def manipulate_search_path(self, search_path: ConfigSearchPath) -> None:
        """Replaces `file://conf`, whose options would lack the defaults of their components."""
        for element in search_path.get_path():
            if element.path.removeprefix("file://") == str(conf_dir()):
                element.path = f"{FolderSource.scheme()}://{conf_dir()}"
        search_path.append("tfd2l", f"{RegistrySource.scheme()}://{BUILT_IN}")
        for distribution, folder in plugin_conf_dirs().items():
            search_path.append(distribution, f"{FolderSource.scheme()}://{folder}")
        search_path.append("tfd2l", f"{RegistrySource.scheme()}://{INSTALLED}")


def register_sources() -> None:
    """Lets Hydra find the options of this project and of plugins; safe to call twice."""
    if OptionSearchPath not in Plugins.instance().discover(SearchPathPlugin):
        for plugin in (FolderSource, RegistrySource, OptionSearchPath):
            Plugins.instance().register(plugin)


def _stands_alone(group: str, config: DictConfig) -> bool:
    """True for an option that names its component, or a section's; what has a defaults list inherits from those."""
    if "defaults" in config:
        return False
    return group in SECTION_OPTIONS or (group in registry.KINDS and isinstance(config.get("name"), str))

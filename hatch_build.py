"""Put the built page into what is built of protlens, and build it first where that is needed."""

import importlib.util
import os
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class PageHook(BuildHookInterface):
    """Build the page for a wheel, an editable install or a source distribution.

    Where it cannot be built, protlens is built without it, with a warning; if the environment variable
    PROTLENS_REQUIRE_PAGE is set, nothing is built.
    """

    def dependencies(self) -> list[str]:
        """Ask for Node.js unless the page stands already, as it does in a source distribution."""
        page = self._page()
        return [] if page.is_current() else [page.NODE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the page and name it as a part of the package."""
        page = self._page()
        try:
            if not page.is_current():
                self.app.display_info("building the page of the report and the explorer")
                page.build()
        except (page.BuildError, OSError) as error:
            if os.environ.get("PROTLENS_REQUIRE_PAGE"):
                raise
            self.app.display_warning(f"protlens is built without its page (report, serve, show): {error}")
        else:
            build_data["artifacts"].append(f"/{page.ASSETS.relative_to(self.root).as_posix()}/*")

    def _page(self) -> Any:
        specification = importlib.util.spec_from_file_location("build", Path(self.root) / "frontend" / "build.py")
        page = importlib.util.module_from_spec(specification)
        specification.loader.exec_module(page)
        return page

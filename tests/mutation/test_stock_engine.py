"""The mock under `schemathesis run`, as a user would run it in the folder of the project."""

import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from mockserver.app import create_app
from specdouble.testserver import serving

PROJECT = Path(__file__).parents[2]


@pytest.mark.proof
def test_schemathesis_finds_nothing_in_any_phase_and_the_mock_lives() -> None:
    with serving(create_app()) as url:
        run = subprocess.run(
            [
                *(str(Path(sys.executable).with_name("schemathesis")), "run", f"{url}/openapi.json"),
                *("-H", "Authorization: Bearer creator", "--max-examples", "5", "--seed", "1"),
                *("--generation-database", "none", "--no-color"),
            ],
            cwd=PROJECT,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        health = httpx.get(f"{url}/__mock__/health")
    assert run.returncode == 0, run.stdout[-6000:]
    assert all(f"✅ {phase}" in run.stdout for phase in ("Examples", "Coverage", "Fuzzing", "Stateful")), run.stdout
    assert health.status_code == 200

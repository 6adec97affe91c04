"""A process whose payers submit payments when told to, and that says when each commit was done."""

from __future__ import annotations

import asyncio
import sys
import time

from paylink_tui.services.bundle import Services, open_services
from paylink_tui.services.intake import new_operation
from paylink_tui.services.links import NewLink
from paylink_tui.store.write.payments import NewPayment


async def submit(services: Services, name: str) -> None:
    """One payment through link 1, committed."""
    operation = new_operation()
    new = NewPayment(1, 1, "operating", "USD", 12_300, "card", name, "", "", "sandbox", "sb" + operation)
    assert await services.intake.submit(new, operation) is not None


async def serve(url: str) -> None:
    """Read `<name> <count> <seconds>`: submit that many in that time; answer when the last was committed."""
    services = await open_services(url, create=True, actor="payer")
    try:
        if await services.firm.get() is None:
            await services.firm.init("Hartwell & Ng LLP")
            await services.firm.add_account("Operating", "operating", processor="sandbox")
            await services.links.create(NewLink("Operating"))
            for number in range(3):
                await submit(services, f"First{number}")
        print("ready", flush=True)
        while line := (await asyncio.to_thread(sys.stdin.readline)).split():
            name, count, seconds = line[0], int(line[1]), float(line[2])
            start = time.perf_counter()
            for index in range(count):
                await asyncio.sleep(max(0.0, start + seconds * index / count - time.perf_counter()))
                await submit(services, f"{name}" if index == count - 1 else f"Busy{index}")
            print(time.perf_counter(), flush=True)
    finally:
        await services.close()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1]))

"""Invented people, companies and matters. Any likeness is chance; every e-mail ends in .example."""

from __future__ import annotations

from typing import Final

FIRM: Final = "Hartwell & Ng LLP"

PEOPLE: Final = (
    "Dana Ruiz", "Lee Ng", "Amara Okafor", "Tomasz Zieliński", "Priya Raman", "Jonah Whitfield",
    "Mei-Ling Chow", "Caroline Dubois", "Mateo Álvarez", "Ingrid Solberg", "Samuel Adeyemi", "Ruth Feldman",
    "Hiro Tanaka", "Beatrice Moreau", "Noah Lindqvist", "Fatima Haddad", "Owen Gallagher", "Yara Nasser",
    "Peter Kowalczyk", "Lucía Fernández", "Desmond Clarke", "Hannah Weiss", "Rafael Souza", "Nadia Petrova",
)  # fmt: skip
"""Clients who are persons."""

COMPANIES: Final = (
    "Acme Holdings", "Blue Heron Bakery Inc", "Cascade Timber LLC", "Delmar Fisheries", "Eastgate Dental PC",
    "Foxglove Interiors LLC", "Granite Ridge Homes", "Harbor Point Marina Co", "Ironwood Brewing LLC",
    "Juniper Street Clinic", "Kestrel Robotics Inc", "Lantern Hill School", "Meridian Freight LLC",
    "Northline Roofing Inc", "Orchard Lane Farms", "Pinecrest Veterinary",
)  # fmt: skip
"""Clients who are companies."""

PERSON_MATTERS: Final = (
    "Estate plan", "Dissolution of marriage", "Purchase of residence", "Personal injury claim",
    "Guardianship", "Immigration petition", "Landlord dispute", "Will contest", "Custody modification",
)  # fmt: skip
"""What persons come for."""

COMPANY_MATTERS: Final = (
    "Lease negotiation", "Employment agreements", "Asset purchase", "Trademark filing",
    "Collections", "Zoning appeal", "Vendor contract review", "Franchise dispute", "Annual counsel",
)  # fmt: skip
"""What companies come for."""

RELATIVES: Final = ("Robert", "Elena", "Grace", "Victor", "Sofia", "Arthur", "Naomi", "Julian")
"""First names of those who pay for somebody else."""

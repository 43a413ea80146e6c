"""What may be cited under a warning, exactly: information, and no legal finding."""

US_16_CFR_465_8 = (
    "United States, 16 CFR 465.8 (in force since 21 October 2024): concerns selling or buying fake indicators of "
    "social media influence that one knew or should have known to be fake and that materially misrepresent influence "
    "for a commercial purpose."
)
NO_FINDING = "This note is information and no legal finding."

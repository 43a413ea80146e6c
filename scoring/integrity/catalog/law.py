"""What may be cited under a warning, exactly: information, and no legal finding."""

US_16_CFR_465_8 = (
    "United States, 16 CFR 465.8 (in force since 21 October 2024): concerns selling or buying fake indicators of "
    "social media influence that one knew or should have known to be fake and that materially misrepresent influence "
    "for a commercial purpose."
)
EU_UCPD_23C = (
    "European Union, UCPD Annex I 23c: concerns false consumer reviews or endorsements, and misrepresented social "
    "endorsements."
)
CALIFORNIA_17941 = "California, B&P 17941: concerns a bot that hides what it is to incentivise a sale."
EU_AI_ACT_50 = "European Union, AI Act Art. 50: people are told they deal with an AI system (from 2 August 2026)."
# Rules of platforms. Whether the law speaks of likes that real people gave for a prize is not established.
META_ENTRIES = "Meta bars sharing on a timeline or tagging friends as entry conditions."
TUMBLR_ENTRIES = "Tumblr asks not to use likes or follows as entry."
NO_FINDING = "This note is information and no legal finding."

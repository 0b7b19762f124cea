"""The page's stories in Firefox: those of each class that are marked for it."""

import test_memory
import test_onboarding
import test_outbox
import test_page
import test_page_resume


class Page(test_page.Page, retold_in="firefox"):
    pass


class Resume(test_page_resume.Resume, retold_in="firefox"):
    pass


class Onboarding(test_onboarding.OnboardingPage, retold_in="firefox"):
    pass


class Outbox(test_outbox.Outbox, retold_in="firefox"):
    pass


class Memory(test_memory.MemoryPage, retold_in="firefox"):
    pass

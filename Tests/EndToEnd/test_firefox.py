"""The page's stories in Firefox: those of each class that are marked for it."""

import test_conversations
import test_docs_page
import test_imports
import test_installed
import test_memory
import test_onboarding
import test_outbox
import test_page
import test_page_resume
import test_variants
import test_windows


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


class Installed(test_installed.Installed, retold_in="firefox"):
    pass


class Imports(test_imports.Imports, retold_in="firefox"):
    pass


class Windows(test_windows.Windows, retold_in="firefox"):
    pass


class Variants(test_variants.Variants, retold_in="firefox"):
    pass


class Conversations(test_conversations.Conversations, retold_in="firefox"):
    pass


class DocsPage(test_docs_page.DocsPage, retold_in="firefox"):
    pass

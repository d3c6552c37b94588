import logging

logger = logging.getLogger(__name__)


def report(usage, cursor):
    logger.info("tokens: %s prompt, %s completion", usage.prompt_tokens, usage.completion_tokens)
    logger.info("next page token %s", cursor.next_page_token)
    logger.info("max_tokens=%d", usage.max_tokens)

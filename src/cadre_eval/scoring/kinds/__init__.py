"""The built-in kinds of criterion. They come into a run through the plugin door, like any other kind."""

from cadre_eval.scoring.kinds.amounts import BANDS, EXTERNAL, GIVEN, RATIO, SAMPLED, TARGET
from cadre_eval.scoring.kinds.ballots import REVIEW, SURVEY
from cadre_eval.scoring.kinds.lists import ALL_OR_NOTHING, CHECKLIST, GRADED, OPTIONS, PER_OCCURRENCE
from cadre_eval.scoring.kinds.pooled import BEST_OF_POOL, RANK

BUILTIN_KINDS = (
    ALL_OR_NOTHING,
    BANDS,
    BEST_OF_POOL,
    CHECKLIST,
    EXTERNAL,
    GIVEN,
    GRADED,
    OPTIONS,
    PER_OCCURRENCE,
    RANK,
    RATIO,
    REVIEW,
    SAMPLED,
    SURVEY,
    TARGET,
)

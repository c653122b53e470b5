"""The entry point: runs a command and turns whatever happens into an exit code.

0 done; 1 problems in rules or data; 2 wrong usage; 3 a plugin or the program failed.
"""

from __future__ import annotations

import gc
import os
import sys
import traceback

import click

from cadre_eval.cli.commands import cadre_eval
from cadre_eval.cli.language import MESSAGES, say, teach_click
from cadre_eval.cli.output import DONE, FAILED, INTERRUPTED, WRONG_USAGE, exit_code, show_problems
from cadre_eval.errors import PluginFailure, RefusedInput, RunFailed, UsageError


def main() -> None:
    """The command ``cadre-eval``. What it reads stays alive until it ends: the garbage collector would walk thousands of
    small records again and again, and find nothing.
    """
    gc.disable()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    teach_click()
    code = run(sys.argv[1:])
    gc.freeze()  # nor is there anything to find at the end
    sys.exit(code)


def run(arguments: list[str]) -> int:
    """Runs one command line and returns its exit code."""
    try:
        outcome = cadre_eval.main(args=arguments, prog_name="cadre-eval", standalone_mode=False)
        return outcome if isinstance(outcome, int) else DONE
    except RefusedInput as refusal:
        show_problems(refusal.problems, sys.stderr)
        return exit_code(refusal.problems)
    except UsageError as error:
        click.echo(error.text.in_(MESSAGES), err=True)
        return WRONG_USAGE
    except click.ClickException as error:
        error.show()
        return WRONG_USAGE
    except (click.Abort, KeyboardInterrupt):
        click.echo(say("已中断", "interrupted"), err=True)
        return INTERRUPTED
    except (PluginFailure, RunFailed) as failure:
        click.echo(failure.text.in_(MESSAGES), err=True)
        return FAILED
    except BrokenPipeError:
        return _reader_gone()
    except SystemExit as leaving:
        # click leaves with 1 where the reader of our output has gone
        return (
            _reader_gone() if type(sys.stdout).__name__.endswith("PacifyFlushWrapper") else int(leaving.code or DONE)
        )
    except MemoryError:
        click.echo(say("内存不够", "out of memory"), err=True)
        return FAILED
    except OSError as error:
        click.echo(say("读写文件出错：", "a file could not be read or written: ") + str(error), err=True)
        return FAILED
    except Exception as error:  # a fault of the program: say so plainly, keep the trace for those who ask
        if os.environ.get("CADRE_EVAL_DEBUG"):
            traceback.print_exc()
        name = f"{type(error).__name__}: {error}"
        hint = say("请报告此问题；设 CADRE_EVAL_DEBUG=1 可看详情", "please report it; CADRE_EVAL_DEBUG=1 shows where")
        click.echo(say("程序出错：", "the program failed: ") + f"{name}\n{hint}", err=True)
        return FAILED


def _reader_gone() -> int:
    """Nothing more can be said to ``| head`` that has seen enough."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    return DONE


if __name__ == "__main__":
    main()

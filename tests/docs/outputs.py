#!/usr/bin/env python3
"""What the fragments of the guide print is what stands below them: each page's run one after the other, on the database of guide_run.h.

outputs.py [PAGE...]: all pages of the guide that have fragments, or those named. A fragment fails that does not end well, or prints something else than
the ```text block directly below it. That a fragment compiles with all warnings is blocks.py's matter.
"""
import os, re, subprocess, sys, tempfile

PAGES = ['guide_3_reading', 'guide_4_relations', 'guide_5_writing', 'guide_6_transactions', 'guide_9_json', 'guide_10_sql', 'queries', 'transactions', 'many_rows', 'errors',
         'from_sequelize', 'from_prisma']
BETWEEN = '\x01\n'      # no fragment prints it
passed = failed = 0


def blocks(text):
    """(line, code, what it shall print or None) of each ```c block."""
    found = []
    for m in re.finditer(r'^```(c|text)\n(.*?)^```$', text, re.S | re.M):
        if m[1] == 'c':
            found.append([text[:m.start()].count('\n') + 1, m[2], None, m.end()])
        elif found and text[found[-1][3]:m.start()].strip() == '':
            found[-1][2] = m[2]
    return [part[:3] for part in found]


def tell(page, line, good, why=''):
    global passed, failed
    if good:
        passed += 1
    else:
        failed += 1
        print('docs/%s.md:%d: %s' % (page, line, why))


def same_models():
    """The header that guide_2_models prints is examples/tracker.h, but for comments and where orm.h is."""
    shown = next(code for _, code, _ in blocks(open('docs/guide_2_models.md').read()) if code.startswith('/* tracker.h'))
    bare = [[re.sub(r'\s+', ' ', re.sub(r'/\*.*?\*/', '', line)).strip() for line in text.replace('"../orm.h"', '"orm.h"').split('\n')] for text in (shown, open('examples/tracker.h').read())]
    tell('guide_2_models', 1, [line for line in bare[0] if line] == [line for line in bare[1] if line], 'tracker.h differs from examples/tracker.h')


def run(page):
    parts = blocks(open('docs/%s.md' % page).read())
    file_level = [part for part in parts if re.match(r'(#|static |ORM_)', part[1]) and not re.match(r'ORM_(AUTO|NEW|TRANSACTION|TEST_ROLLBACK|BUDGET|EACH)\b', part[1])]
    steps = [part for part in parts if part not in file_level]
    with tempfile.TemporaryDirectory() as work:
        source = os.path.join(work, 'page.c')
        with open(source, 'w') as out:
            out.write('#include "guide_run.h"\n')
            for line, code, _ in file_level:
                out.write('#line %d "docs/%s.md"\n%s' % (line + 1, page, code))
            out.write('ORM_DEFINE(Tracker)\n')
            for line, code, _ in steps:
                out.write('static int step_%d(void)\n{\n#line %d "docs/%s.md"\n%s\nreturn 0;\n}\n' % (line, line + 1, page, code))
            out.write('int main(void)\n{\nif (fill()) return 1;\n')
            for line, _, _ in steps:
                out.write('if (step_%d()) return 1;\nfputs("\\001\\n", stdout);\n' % line)
            out.write('empty();\nreturn 0;\n}\n')
        made = subprocess.run(['gcc', '-std=c11', '-w', '-Itests/docs', '-I.', source, library, '-lsqlite3', '-lpthread', '-o', os.path.join(work, 'page')], capture_output=True, text=True)
        if made.returncode:
            return tell(page, 1, False, 'does not compile:\n' + made.stderr)
        done = subprocess.run([os.path.join(work, 'page')], cwd=work, capture_output=True, text=True)
    printed = done.stdout.split(BETWEEN)
    for (line, _, expected), said in zip(steps, printed):
        tell(page, line, expected is None or said.strip('\n') == expected.strip('\n'), 'prints\n%s' % said)
    if done.returncode or len(printed) != len(steps) + 1:
        tell(page, steps[min(len(printed), len(steps)) - 1][0], False, 'ends badly: %s' % done.stderr)


os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..'))
with tempfile.TemporaryDirectory() as folder:
    library = os.path.join(folder, 'orm.o')
    subprocess.run(['gcc', '-O0', '-std=c11', '-I.', '-c', 'tests/implementation.c', '-o', library], check=True)
    same_models()
    for page in sys.argv[1:] or PAGES:
        run(page)
print('%d passed, %d failed' % (passed, failed))
sys.exit(failed != 0)

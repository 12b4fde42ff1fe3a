"""Looks at every block, link and name of README.md and docs/*.md; run.sh calls it. Closes with "N passed, N failed".

A block of a page is, by its language and first lines:
  a program        ```c with `#define ORM_IMPLEMENTATION` and `int main(` or `ORM_CLI(`: compiled as users do, by gcc and clang, in a folder of the page. The comment in its first three
                   lines that begins with a file's name names it, else it is main.c. Another ```c block that begins with such a comment is a file of the folder, too
  a console        no language, first line `$ command`: run in that folder, and compared with what is shown; see normal() for what differs each time
  a fragment       every other ```c: compiled by gcc and clang in the context of the page, tests/docs/PAGE.c; see paragraphs() for what stands at file level. Lists of models, functions
                   and so on at file level are remembered for later blocks, in the place of what had their name before
  compile errors   no language, lines that begin with `  error: ` (of gcc) or `  clang: `: the lines before must be refused by a first error with that text
  ```sql           prepared by SQLite over the tables of tests/docs/PAGE.sql
  ```sh            commands that are there: targets of make, files, the commands and options of a program of ORM_CLI
  ```json          parsed.   ```text is not code, and what is in js, ts, prisma, python, cmake or make is of others: not looked at, but counted.
A line <!-- output of: COMMAND -->, <!-- test: file|function|names|alone --> or <!-- not tested: REASON --> before it says otherwise.
"""
import glob, json, os, re, shutil, sqlite3, subprocess, sys, tempfile

TOP = os.getcwd()
STRICT = '-std=c11 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wcast-qual -Wundef -Werror'.split()
# what a fragment may have: variables that nothing uses, and those that are the context's, too
FRAGMENT = STRICT + '-Wno-unused -Wno-shadow -Wno-missing-prototypes -fsyntax-only'.split()
INCLUDE = ['-I' + TOP, '-I' + os.path.join(TOP, 'tests/docs'), '-I' + subprocess.run(['pg_config', '--includedir'], capture_output=True, text=True).stdout.strip()]
passed, failed, untested, foreign = 0, 0, [], {}


def read(path):
    with open(path, encoding='utf-8') as file:
        return file.read()


def tell(page, line, ok, what=''):
    global passed, failed
    if ok:
        passed += 1
    else:
        failed += 1
        print('%s:%d: %s' % (page, line, what.rstrip().replace('\n', '\n    ')))
    return ok


class Block:
    def __init__(self, line, language, marker, lines):
        self.line, self.language, self.marker, self.lines = line, language, marker, lines
        self.text = '\n'.join(lines) + '\n'


def blocks_of(text):
    found, marker, lines, at = [], '', text.split('\n'), 0
    while at < len(lines):
        fence = re.match(r'( *)```\s*(\w*)\s*$', lines[at])
        if fence:
            end = at + 1
            while lines[end].strip() != '```':
                end += 1
            found.append(Block(at + 1, fence[2], marker, [line[len(fence[1]):] for line in lines[at + 1:end]]))
            at = end
        comment = re.match(r'<!--\s*(.*?)\s*-->\s*$', lines[at])
        marker = comment[1] if comment else marker if not lines[at].strip() else ''
        at += 1
    return found


# ---- fragments: paragraphs, and what is remembered of a page -------------------------------------------------------------
DECLARES = re.compile(r'ORM_(ENUM|BITS|MODEL|VIEW|SCHEMA|SCHEMA_OF|DEFINE|DEFINE_VIEW|MIGRATION|UNDO|CLI)\(')
FUNCTION = re.compile(r'(?!return\b|else\b|case\b|goto\b)(?:[A-Za-z_]\w*[\s*]+)+(\w+)\([^=;]*\)\s*(;|\{|$)')


def code_lines(lines):
    """The lines without those that are comments."""
    kept, inside = [], False
    for line in lines:
        if inside:
            inside = '*/' not in line
        elif line.startswith('/*') and '*/' not in line:
            inside = True
        elif line.strip() and not re.match(r'\s*(/\*.*\*/|//.*)\s*$', line):
            kept.append(line)
    return kept


def is_file_level(lines):
    code = code_lines(lines)
    return bool(code) and bool(code[0].startswith(('#', 'static ', 'typedef ', 'extern ')) or DECLARES.match(code[0]) or re.match(r'(struct|enum|union) \w+ \{', code[0]) or
                               (FUNCTION.match(code[0]) and not code[0].startswith('ORM_')))


def names_of(lines):
    """What a paragraph defines: the names in whose place another paragraph may come."""
    names = set()
    for line in lines:
        for pattern in (r'#define (\w+)_(?:FIELDS|VALUES|MODELS)\(', r'(?:struct|enum|union) (\w+) \{', r'ORM_(?:MIGRATION|UNDO)\(\w+\)', r'static (?!inline)[^(=]*?(\w+)(?:\[[^]]*\])* *[=;]', r'ORM_CLI\('):
            match = re.match(pattern, line)
            if match:
                names.add(match[0] if pattern.startswith(('#', 'ORM_')) else match[1])
        match = FUNCTION.match(line)
        if match and match[2] != ';' and not line.startswith('ORM_'):
            names.add(match[1] + '()')
    return names


def paragraphs(lines):
    """Split at empty lines that are followed by a line in column 0: ([lines], at file level)."""
    parts = [[]]
    for at, line in enumerate(lines):
        if not line.strip() and at + 1 < len(lines) and lines[at + 1][:1].strip() and not lines[at + 1].startswith('}'):
            parts.append([])
        else:
            parts[-1].append(line)
    return [(part, is_file_level(part)) for part in parts if any(line.strip() for line in part)]


class Context:
    def __init__(self, paragraphs=()):
        self.parts = list(paragraphs)                          # [names, lines]

    def add(self, lines):
        names = names_of(lines)
        same = [part for part in self.parts if names & part[0]]
        if same:
            at = self.parts.index(same[0])
            self.parts[at] = [names, lines]
            self.parts = [part for part in self.parts if part not in same[1:]]
            return
        at = [n for n, part in enumerate(self.parts) if part[1] == ['/* the page */']]
        self.parts.insert(at[0] if at else len(self.parts), [names, lines])

    def text(self):
        return ''.join('\n'.join(lines) + '\n\n' for names, lines in self.parts)


def context_of(page):
    path = 'tests/docs/%s.c' % page.replace('/', '_')
    if not os.path.exists(path):
        return None
    context = Context()
    for lines, level in paragraphs(read(path).rstrip('\n').split('\n')):
        context.parts.append([names_of(lines), [line.rstrip() for line in lines]])
    return context


PRELUDE = '#include "orm.h"\n#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n#include "dialects/sqlite.h"\n#include "dialects/postgres.h"\n'


def unit(context, statements):
    return PRELUDE + '\n' + context.text() + '\nint page(void);\nint page(void)\n{\n' + '\n'.join(statements) + '\nreturn 0;\n}\n'


def compiles(page, line, work, text, flags):
    path = os.path.join(work, 'fragment.c')
    with open(path, 'w', encoding='utf-8') as file:
        file.write(text)
    said = ''
    for cc in ('gcc', 'clang'):
        done = subprocess.run([cc] + flags + INCLUDE + [path], capture_output=True, text=True)
        if done.returncode:
            said = cc + ' refuses it:\n' + ''.join(re.findall(r'.*error: .*\n(?:.*\n)?', done.stderr)[0:3])
            break
    return tell(page, line, not said, said.replace(path, 'the block'))


def fragment(page, block, work, context):
    if block.marker == 'test: alone':
        context = Context(context_of(os.path.splitext(os.path.basename(page))[0]).parts)
    statements = []
    for lines, level in paragraphs(block.lines):
        level = {'test: file': True, 'test: function': False}.get(block.marker, level)
        lines = [line for line in lines if not line.startswith('#define ORM_IMPLEMENTATION')]
        if level:
            context.add(lines)
        else:
            statements += lines + ['']
    compiles(page, block.line, work, unit(context, statements), FRAGMENT)


# ---- compile errors ------------------------------------------------------------------------------------------------------
def slips(block):
    slip, said = [], []
    for line in block.lines + ['']:
        match = re.match(r'\s+(error|clang): (.*)$', line)
        if match:
            said.append((match[1], match[2]))
            continue
        if said:
            yield slip, said
            slip, said = [], []
        if line.strip():
            slip.append(line)


def in_place(context, slip, said):
    """The context with the slip, a row, in the place of the row of that name: of the model that the message names, or else of the one that has such a row."""
    having = re.findall(r'#define (\w+)_FIELDS\(X\)(?:[^\n]*\\\n)*[^\n]*\b%s' % re.escape(slip[0][:slip[0].index(',') + 1]), context.text())
    named = re.search(r'orm: (\w+)[.:]', said)
    model = named[1] if named and (named[1] in having or not having) else having[0] if having else ''
    parts = []
    for names, lines in context.parts:
        text = '\n'.join(lines)
        at = text.find('#define %s_FIELDS(X)' % model)
        if at >= 0:
            end = re.compile(r'[^\\\n](?=\n)|\Z').search(text, at).end()                # of the list: the first line that does not go on
            rows = text[at:end].replace('\\\n', '\n').rstrip('\\')
            old = re.search(r'\bX\(%s,' % re.match(r'X\((\w+)', slip[0])[1], rows)
            if old:
                depth, close = 1, old.end()
                while depth:
                    depth += {'(': 1, ')': -1}.get(rows[close], 0)
                    close += 1
                rows = rows[:old.start()] + ' '.join(slip) + rows[close:]
            else:
                rows += ' ' + ' '.join(slip)
            lines = (text[:at] + rows.replace('\n', ' \\\n') + text[end:]).split('\n')
        parts.append([names, lines])
    return Context(parts)


def holds(said, expected):
    said, expected = said.replace('\\', ''), expected.replace('\\', '')
    return re.search('.*'.join(re.escape(part.strip()) for part in expected.split('...')), said) is not None


def compile_errors(page, block, work, context):
    for slip, expected in slips(block):
        here, statements = Context(context.parts), []
        if slip[0].startswith('X('):
            here = in_place(context, slip, expected[0][1])
        else:
            for lines, level in paragraphs(slip):
                if level:
                    here.add(lines)
                else:
                    statements += [line if n + 1 < len(lines) or re.search(r'[;{}]\s*(/\*.*\*/)?\s*$', line) else line + ';' for n, line in enumerate(lines)]
        path = os.path.join(work, 'slip.c')
        with open(path, 'w', encoding='utf-8') as file:
            file.write(unit(here, statements))
        for which, text in expected:
            cc = {'error': 'gcc', 'clang': 'clang'}[which]
            done = subprocess.run([cc, '-std=c11', '-fsyntax-only'] + INCLUDE + [path], capture_output=True, text=True, env={**os.environ, 'LC_ALL': 'C'})
            first = re.search(r'error: (.*)', done.stderr)
            tell(page, block.line, first and holds(first[1], text), '%s\n  %s says: %s\n  not: %s' % ('\n'.join(slip), cc, first[1] if first else 'nothing', text))


# ---- programs and consoles -----------------------------------------------------------------------------------------------
def file_name(block):
    for line in block.lines[:3]:
        match = re.search(r'/\*\s*([\w/]+\.[ch])\b', line)
        if match:
            return match[1]
    return None


def is_program(block):
    return block.language == 'c' and re.search(r'^#define ORM_IMPLEMENTATION', block.text, re.M) and re.search(r'^(int main|ORM_CLI)\(', block.text, re.M)


CC = r'''#!/bin/sh
# cc of the pages: gcc with the strict flags, and the implementation that is compiled already
link=yes engine=sqlite
for a; do case $a in -c | -E | -S | -fsyntax-only) link=no ;; esac; done
grep -q 'dialects/postgres.h' ./*.c ./*.h 2>/dev/null && case " $* " in *-lpq*) engine=postgres ;; esac
[ $link = no ] && exec gcc %(flags)s "$@"
exec gcc %(flags)s -DORM__IMPLEMENTED -DORM__SQLITE_IMPLEMENTED -DORM__POSTGRES_IMPLEMENTED %(objects)s/$engine.o "$@"
'''


class Folder:
    """Where the programs of a page are: orm.h and dialects/ beside them, as users have them, and what tests/docs/PAGE/ holds; its setup.sh is run first."""
    def __init__(self, work, page):
        self.path = os.path.join(work, 'page')
        self.tools = os.path.join(work, 'bin')
        self.exports = os.path.join(work, 'exports')
        os.mkdir(self.path)
        os.mkdir(self.tools)
        given = os.path.join('tests/docs', page)
        if os.path.isdir(given):
            shutil.copytree(given, self.path, dirs_exist_ok=True)
        os.mkdir(os.path.join(self.path, 'dialects'))
        for name in ['orm.h'] + glob.glob('dialects/*.h'):
            os.symlink(os.path.join(TOP, name), os.path.join(self.path, name))
        cc = os.path.join(self.tools, 'cc')
        with open(cc, 'w') as file:
            file.write(CC % {'flags': ' '.join(STRICT) + ' -I.', 'objects': os.path.join(TOP, 'build/docs_test')})
        os.chmod(cc, 0o755)
        if os.path.exists(os.path.join(self.path, 'setup.sh')):
            out = self.run(['sh ./setup.sh; echo exit code $?'])[0]
            tell('tests/docs/%s/setup.sh' % page, 1, out.endswith('exit code 0\n'), out)

    def put(self, name, text):
        path = os.path.join(self.path, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        if os.path.islink(path):
            os.unlink(path)                                    # never through it, into the sources
        with open(path, 'w', encoding='utf-8') as file:
            file.write(text)

    def run(self, commands):
        """What each command prints, standard output and errors together; exports stay for the page."""
        script = 'export PATH=%s:$PATH LC_ALL=C.UTF-8; unset ORM_LOG DATABASE_URL; [ ! -f %s ] || . %s\n' % (self.tools, self.exports, self.exports)
        for n, command in enumerate(commands):
            script += "echo '@@@@'\n%s\n" % command
        script += 'export -p >%s\n' % self.exports
        done = subprocess.run(['bash', '-c', script], cwd=self.path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, timeout=120)
        out = done.stdout.decode('utf-8', 'replace').replace(self.path + '/', './').replace(self.path, '.')
        return out.split('@@@@\n')[1:]


def normal(line):
    """What differs from run to run is told by its kind."""
    for pattern, kind in ((r'\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|\+00(:00)?)?', 'MOMENT'), (r'\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b', 'UUID'),
                          (r'\b\d+(\.\d+)? ?(us|ms|s)\b', 'TIME'), (r'\b\d{14}_', 'NAMED_'), (r'\b0x[0-9a-f]+\b', 'POINTER')):
        line = re.sub(pattern, kind, line)
    return line.rstrip()


def same_lines(shown, real):
    if not shown:
        return not real
    if shown[0].strip() == '...':
        return any(same_lines(shown[1:], real[n:]) for n in range(len(real) + 1))
    pattern = '.*'.join(re.escape(part) for part in normal(shown[0]).split('...'))
    return bool(real) and re.fullmatch(pattern, normal(real[0])) is not None and same_lines(shown[1:], real[1:])


def trimmed(lines):
    while lines and not lines[-1].strip():
        lines = lines[:-1]
    return lines


def console(page, block, folder):
    commands, shown = [], []
    for line in block.lines:
        if line.startswith('$ '):
            commands.append(line[2:])
            shown.append([])
        elif commands[-1].endswith('\\'):
            commands[-1] += '\n' + line
        else:
            shown[-1].append(line)
    real = folder.run(commands)
    for n, command in enumerate(commands):
        out = real[n].split('\n') if n < len(real) else ['(not run)']
        tell(page, block.line, same_lines(trimmed(shown[n]), trimmed(out)), '$ %s\n%s' % (command, '\n'.join(trimmed(out)[:40])))


def program(page, block, work, folder):
    name = file_name(block) or 'main.c'
    folder.put(name, block.text)
    said = ''
    for cc in ('gcc', 'clang'):
        done = subprocess.run([cc] + STRICT + ['-fsyntax-only', '-I.'] + INCLUDE[2:] + ['-DORM__IMPLEMENTED', '-DORM__SQLITE_IMPLEMENTED', '-DORM__POSTGRES_IMPLEMENTED', name],
                              cwd=folder.path, capture_output=True, text=True)
        said = said or (cc + ' refuses it:\n' + done.stderr[:600] if done.returncode else '')
    tell(page, block.line, not said, said)


def a_file(page, block, folder):
    """A header of the folder by itself, with what it defines for ORM_IMPLEMENTATION."""
    name = file_name(block)
    folder.put(name, block.text)
    folder.put('alone.c', '#include "orm.h"\n#define ORM_IMPLEMENTATION\n#define ORM__IMPLEMENTED\n#include "%s"\n' % name)
    done = subprocess.run(['gcc'] + STRICT + ['-Wno-unused', '-fsyntax-only', '-I.', 'alone.c'], cwd=folder.path, capture_output=True, text=True)
    tell(page, block.line, not done.returncode, done.stderr[:600])


# ---- the other kinds -----------------------------------------------------------------------------------------------------
def sql(page, block):
    name = 'tests/docs/%s.sql' % os.path.splitext(os.path.basename(page))[0]
    db = sqlite3.connect(':memory:')
    if os.path.exists(name):
        db.executescript(read(name))
    statement = ''
    for line in block.text.split('\n'):
        statement += line + '\n'
        if not sqlite3.complete_statement(statement) or not re.sub(r'--.*', '', statement).strip():
            continue
        try:
            db.execute('explain ' + re.sub(r'^(\s*--.*\n|\s*\n)*', '', statement))
            tell(page, block.line, True)
        except sqlite3.Error as error:
            tell(page, block.line, 'parameter' in str(error) or 'binding' in str(error), '%s\n%s' % (statement.strip(), error))
        statement = ''
    if re.sub(r'--.*', '', statement).strip():
        tell(page, block.line, False, 'not a whole statement:\n' + statement)


class Tool:
    """A program of ORM_CLI: what its help says of commands and options."""
    texts = {}

    @staticmethod
    def help(work, command=''):
        path = os.path.join(work, 'tool')
        if not os.path.exists(path):
            source = os.path.join(work, 'tool.c')
            with open(source, 'w') as file:
                file.write('#include "examples/blog.h"\n#include "dialects/sqlite.h"\nORM_DEFINE(Blog)\nORM_CLI(Blog)\n')
            subprocess.run(['gcc', '-std=c11'] + INCLUDE + [source, 'build/docs_test/sqlite.o', '-o', path, '-lsqlite3'], check=True)
        if command not in Tool.texts:
            Tool.texts[command] = subprocess.run([path, 'help'] + ([command] if command else []), capture_output=True, text=True).stdout
        return Tool.texts[command]


def shell(page, block, work):
    targets = set(re.findall(r'^([\w.-]+):', read('Makefile'), re.M))
    for line in block.lines:
        words = re.sub(r'\s#.*', '', line).split()
        while words and re.match(r'\w+=', words[0]):
            words = words[1:]
        if not words or words[0] in ('export', 'cd', '#'):
            continue
        if words[0] == 'make':
            missing = [word for word in words[1:] if '=' not in word and not word.startswith('-') and word not in targets]
            tell(page, block.line, not missing, 'make has no target ' + ' '.join(missing))
        elif words[0] in ('./blog', 'blog', './migrate', 'build/migrate', './shop'):
            command = words[1]
            known = re.search(r'^\s+%s\b' % re.escape(command), Tool.help(work), re.M) or command == 'help'
            options = [word for word in re.findall(r'--[a-z-]+', line.split(' # ')[0]) if word not in Tool.help(work, command) + Tool.help(work)]
            tell(page, block.line, known and not options, 'the tool knows no %s %s' % (command, ' '.join(options)))
        else:
            missing = [word for word in words if re.match(r'(\.?[\w.-]+/)+[\w.-]+$', word) and not os.path.exists(word)]
            tell(page, block.line, not missing and (shutil.which(words[0]) or os.path.exists(words[0])), 'there is no ' + ' '.join(missing or words[:1]))


# every word of what users get, and of the tests' scripts: what a name in the pages may be
KNOWN = set(re.findall(r'\w+', read('orm.h'))) | set(re.findall(r'\w+', ''.join(read(path) for path in glob.glob('dialects/*.h') + glob.glob('tests/*.sh') + ['Makefile'])))
MADE = set(re.findall(r'\bM##_(\w+?)\b(?:##)?\(', read('orm.h'))) | set(re.findall(r'\bE##_(\w+?)\b\(', read('orm.h')))
MADE_BEFORE = ('find_by_', 'verify_', 'scope_', 'bits_')


def unknown_names(text):
    for match in re.finditer(r'\b(orm_[a-z0-9_]*|ORM_[A-Z0-9_]*)(\.\.\.|…|\*|<)?', text):
        name = match[1]
        if name in KNOWN or ((match[2] or name.endswith('_')) and any(word.startswith(name) for word in KNOWN)):
            continue
        yield name
    for match in re.finditer(r'\b([A-Z][a-z][A-Za-z0-9]*|M)_([a-z]\w*)\(', text):
        if match[2] not in MADE and not match[2].startswith(MADE_BEFORE):
            yield match[0]


def names(page, block):
    for word in re.sub(r'docs/\w+\.md', '', block.text).replace(':', ' ').split():
        made = re.match(r'(?:[A-Z][A-Za-z]*|M)_([a-z]\w*)$', word)
        if re.match(r'\w+$', word) and '_' in word:
            tell(page, block.line, word in KNOWN or (made and (made[1] in MADE or made[1].startswith(MADE_BEFORE))), 'there is no ' + word)


# ---- prose: links, anchors, names ------------------------------------------------------------------------------------------
def anchors(path):
    found = set()
    for line in re.sub(r'^ *```.*?^ *```', '', read(path), flags=re.M | re.S).split('\n'):
        match = re.match(r'#+ (.*)', line)
        if match:
            words = re.sub(r'\[([^]]*)\]\([^)]*\)', r'\1', match[1]).replace('`', '')
            anchor = re.sub(r'[^\w\- ]', '', words.lower()).replace(' ', '-')
            n = 0
            while anchor + ('-%d' % n if n else '') in found:
                n += 1
            found.add(anchor + ('-%d' % n if n else ''))
    return found


def prose(page):
    text = re.sub(r'^ *```.*?^ *```', lambda block: '\n' * block[0].count('\n'), read(page), flags=re.M | re.S)
    for n, line in enumerate(text.split('\n'), 1):
        without_code = re.sub(r'`[^`]*`', '', line)
        for target in re.findall(r'\]\(([^) ]+)\)', without_code) + re.findall(r'\b(?:src|href)="([^"]+)"', without_code):
            if re.match(r'(https?|mailto):', target):
                continue
            path, _, anchor = target.partition('#')
            path = os.path.normpath(os.path.join(os.path.dirname(page), path)) if path else page
            good = os.path.exists(path) and (not anchor or anchor in anchors(path))
            tell(page, n, good, 'the link to %s leads nowhere' % target)
        for span in re.findall(r'`([^`]+)`', line):
            for name in unknown_names(span):
                tell(page, n, False, '%s: there is no such name' % name)


def index():
    """Every page stands in the table of contents, and pages in it are there (prose looks at that)."""
    listed = set(re.findall(r'\]\((\w+\.md)\)', read('docs/README.md')))
    for path in sorted(glob.glob('docs/*.md')):
        name = os.path.basename(path)
        tell('docs/README.md', 1, name in listed or name == 'README.md', '%s is not in the table of contents' % name)


def comments():
    """Every public name has its doc comment."""
    lacking = subprocess.run([sys.executable, 'docs/site/comments.py'], capture_output=True, text=True)
    tell('src', 1, lacking.returncode == 0, 'no doc comment:\n' + lacking.stdout + lacking.stderr)


def wrong():
    """This program itself finds what is wrong: one failure in each line of this table, and nothing that is right."""
    out = subprocess.run([sys.executable, sys.argv[0], 'tests/docs/wrong.md'], capture_output=True, text=True).stdout
    for what, pattern in (('a program', r'refuses it:'), ('what a program prints', r'\$ cc main'), ('what a command prints', r'\$ echo 2'), ('a file', r'initialization of .int. from'),
                          ('a fragment', r'User_find'), ('a warning in a fragment', r'the block:\d+:\d+: error: initialization of .int \*.'), ('an error that gcc does not tell', r'gcc says: too many arguments'), ('a slip that compiles', r'clang says: nothing'),
                          ('SQL', r'no such table: nowhere'), ('a target of make', r'make has no target nothing-of-this-name'), ('an option', r'knows no migrate --backwards'), ('a command', r'knows no fly'),
                          ('a file that a command names', r'there is no no/such/file'), ('JSON', r'no JSON'), ('an unknown language', r'```pascal'), ('what a command prints into a block', r'\$ echo 1'),
                          ('names in a block', r'there is no orm_no_such_call(.|\n)*there is no User_no_such_call'), ('a link', r'link to nowhere.md'), ('an anchor', r'link to #nowhere'),
                          ('names in prose', r'orm_no_such_call: there is no such name(.|\n)*User_no_such_call\(: there is no such name')):
        tell('tests/docs/wrong.md', 1, re.search(pattern, out), 'is not found: ' + what)
    tell('tests/docs/wrong.md', 1, re.search(r'\n0 passed, 22 failed\n$', out), 'something in it passed:\n' + out)


def look(page):
    name = os.path.splitext(os.path.basename(page))[0]
    name = 'index' if page == 'docs/README.md' else name
    blocks = blocks_of(read(page))
    prose(page)
    with tempfile.TemporaryDirectory() as work:
        context, folder, own = context_of(name), Folder(work, name), False
        if context is None:
            context, own = Context(), True
        for block in blocks:
            first = block.lines[0] if block.lines else ''
            if block.marker.startswith('not tested: '):
                untested.append('%s:%d: %s' % (page, block.line, block.marker[12:]))
            elif block.marker.startswith('output of: '):
                out = trimmed(folder.run([block.marker[11:]])[0].split('\n'))
                tell(page, block.line, same_lines(trimmed(block.lines), out), '$ %s\n%s' % (block.marker[11:], '\n'.join(out[:40])))
            elif block.marker == 'test: names':
                names(page, block)
            elif is_program(block):
                program(page, block, work, folder)
                if own:
                    for lines, level in paragraphs(block.lines):
                        lines = [line for line in lines if not re.match(r'#define ORM_IMPLEMENTATION|#include ".*dialects', line)]
                        if level and lines and not any(re.match(r'(int main|ORM_CLI)\(', line) for line in lines):
                            context.add(lines)
            elif block.language == 'c' and re.match(r'/\*\s*[\w/]+\.[ch]\b', first):
                a_file(page, block, folder)
            elif block.language == 'c':
                fragment(page, block, work, context)
            elif block.language in ('', 'console') and first.startswith('$ '):
                console(page, block, folder)
            elif block.language == '' and re.search(r'^\s+(error|clang): ', block.text, re.M):
                compile_errors(page, block, work, context)
            elif block.language == 'sql':
                sql(page, block)
            elif block.language == 'sh':
                shell(page, block, work)
            elif block.language == 'json':
                try:
                    [json.loads(line) for line in block.lines] if first[:1] == '{' and first.rstrip()[-1:] == '}' else json.loads(block.text)
                    tell(page, block.line, True)
                except ValueError as error:
                    tell(page, block.line, False, 'no JSON: %s' % error)
            elif block.language in ('js', 'ts', 'prisma', 'python', 'cmake', 'make'):
                foreign[block.language] = foreign.get(block.language, 0) + 1
            elif block.language != 'text':
                tell(page, block.line, False, 'a block of no known kind: ```%s; tests/docs/blocks.py says which there are' % block.language)


pages = ['README.md'] + sorted(glob.glob('docs/*.md'))
if sys.argv[1:] == ['tests/docs/wrong.md']:
    pages = sys.argv[1:]
elif len(sys.argv) > 1:
    pages = [page for page in pages if os.path.splitext(os.path.basename(page))[0] in [os.path.splitext(os.path.basename(name))[0] for name in sys.argv[1:]]]
    if not pages:
        sys.exit('there is no such page')
else:
    index()
    comments()
    wrong()
for page in pages:
    look(page)
    sys.stdout.flush()
for line in untested:
    print('not tested: ' + line)
if foreign:
    print('not looked at: ' + ', '.join('%d blocks of %s' % (n, language) for language, n in sorted(foreign.items())))
if untested:
    print('%d blocks are not tested' % len(untested))
print('%d passed, %d failed' % (passed, failed))
sys.exit(failed > 0)

"""Makes the site: every page, a page of each public header, the calls of a model, an index of all names. `python3 docs/site/build.py FOLDER`; needs Debian's python3-markdown.

Pages come in the order of docs/README.md, whose headings are the parts of the navigation. Names in code that the reference has are links to it. Nothing outside of the folder is needed to
read it, but for links to sources, which lead into the tree that it was made from."""
import html, os, re, shutil, string, sys
import markdown
import comments

TOP = os.path.normpath(comments.TOP)
OUT = sys.argv[1]
TEMPLATE = string.Template(comments.read('docs/site/page.html'))


def slug(text, separator='-'):
    """Anchors as code forges make them: tests/docs/blocks.py checks links by the same rule."""
    return re.sub(r'[^\w\- ]', '', re.sub(r'[`*]', '', text).strip().lower()).replace(' ', separator)


# ---- the reference -----------------------------------------------------------------------------------------------------------
anchors = {}                # name -> page#anchor, from the top of the site


def linked(text, root, skip=''):
    """Escaped text, in which names of the reference are links."""
    def link(match):
        name = match[0]
        made = re.sub(r'^[A-Z][A-Za-z]*_', 'M_', name)
        target = anchors.get(name) or (anchors.get(made) if re.match(r'[A-Z][a-z]\w*_[a-z]', name) else None)
        return '<a href="%s/%s">%s</a>' % (root, target, name) if target and name != skip else name
    return re.sub(r'\b(?:orm_\w+|ORM_\w+|[A-Z]\w*_[a-z]\w*)\b', link, html.escape(text, quote=False))


def prose(text, root, skip=''):
    """A comment as HTML: prose, and as they stand lines that are indented or set in columns, and paragraphs that are a table."""
    out = []
    for paragraph in re.split(r'\n\s*\n', text):
        lines = paragraph.split('\n')
        columns = [bool(re.match(r'\S.*?\S\s{2,}\S|\s{3,}\S', line)) for line in lines]
        if sum(columns) * 5 >= len(lines) * 2:
            columns = [True] * len(lines)
        at = 0
        while at < len(lines):
            end = at
            while end < len(lines) and columns[end] == columns[at]:
                end += 1
            if columns[at]:
                out.append('<pre><code>%s</code></pre>' % linked('\n'.join(lines[at:end]), root, skip))
            else:
                out.append('<p>%s</p>' % re.sub(r'`([^`]*)`', r'<code>\1</code>', linked(' '.join(line.strip() for line in lines[at:end]), root, skip)))
            at = end
    return '\n'.join(out)


def shown(item):
    """The declaration for readers: without private members and the underscores behind parameters."""
    code = re.sub(r'^#define\s+', '', item.code)
    lines = [line for line in code.split('\n') if not re.match(r'\s*(const )?[\w ]*\*?\s*\*?orm__\w+;', line)]
    return re.sub(r'(?<=[a-z])_(?=[,)\s])', '', '\n'.join(lines)).strip()


def entry(names, code, doc, where, root):
    anchor = ''.join('<span id="%s"></span>' % html.escape(name) for name in names[1:])
    place = '<p class="where">%s</p>' % html.escape(where) if where else ''
    return '<div class="entry"><h3 id="%s"><code>%s</code></h3>%s<pre><code>%s</code></pre>\n%s%s</div>' % (
        html.escape(names[0]), html.escape(names[0]), anchor, linked(code, root, names[0]), prose(doc, root, names[0]), place)


def statuses(item):
    rows = re.findall(r'X\((\w+),\s*"([^"]*)"\)', item.code)
    return '<table><tr><th>status</th><th>means</th></tr>%s</table>' % ''.join(
        '<tr><td id="ORM_%s"><code>ORM_%s</code></td><td>%s</td></tr>' % (name, name, html.escape(text)) for name, text in rows)


def collect(headers, entries, made, types):
    """Where each name is explained."""
    for name in types:
        anchors[name] = 'reference/calls.html#' + name
    for call in entries:
        for name in comments.named(call, made):
            anchors[name] = 'reference/calls.html#' + name
    for header in headers:
        for item in header.items:
            for name in item.names:
                anchors[name] = 'reference/%s.html#%s' % (header.name, name)
            if item.names[0] == 'ORM_STATUS_LIST':
                for name in re.findall(r'X\((\w+),', item.code):
                    anchors['ORM_' + name] = 'reference/%s.html#ORM_%s' % (header.name, name)


def header_page(header):
    title, intro = (text[:1].upper() + text[1:] for text in (header.title, header.intro))
    body = ['<h1>%s</h1>' % html.escape(title), prose(intro, '..')]
    body.append('<ul class="names">%s</ul>' % ''.join('<li><a href="#%s">%s</a></li>' % (item.names[0], item.names[0]) for item in header.items))
    for item in header.items:
        if item.names[0] == 'ORM_STATUS_LIST':
            body.append('<div class="entry"><h3 id="ORM_STATUS_LIST"><code>ORM_STATUS_LIST</code></h3>%s%s</div>' % (prose(item.doc, '..'), statuses(item)))
        else:
            body.append(entry(item.names, shown(item), item.doc, item.where, '..'))
    return '\n'.join(body)


def calls_page(entries, notes, made, types):
    body = ['<h1>The calls and types of a model</h1>', '<p>M is the name of a model, as in <code>User_find</code>: the types are those of its list. What follows holds for all of them.</p>',
            '<p>%s</p>' % linked(' '.join(note for note in notes if not note.endswith(':')), '..')]
    names = sorted(set().union(*(comments.named(call, made) for call in entries)))
    body.append('<ul class="names">%s</ul>' % ''.join('<li><a href="#%s">%s</a></li>' % (html.escape(name), html.escape(name)) for name in names))
    body.append('<h2 id="types">Types</h2><table><tr><th>type</th><th>what it is</th></tr>%s</table><h2 id="calls">Calls</h2>' % ''.join(
        '<tr><td id="%s"><code>%s</code></td><td>%s</td></tr>' % (name, name, linked(says, '..')) for name, says in types.items()))
    for call in entries:
        here = comments.named(call, made)
        body.append(entry(here, '\n'.join(made[name] + ';' for name in here), call[1], '', '..'))
    return '\n'.join(body)


def overview_page(headers):
    lines = comments.contract().split('\n')
    body = ['<h1>Reference</h1>', '<p>%s</p><ul>%s</ul>' % (html.escape(lines[0]), ''.join('<li>%s</li>' % linked(line[2:], '..') for line in lines[1:]))]
    body.append('<table><tr><th>part</th><th>what it is about</th></tr><tr><td><a href="calls.html">calls of a model</a></td><td>User_find and its kin, and the types of a model</td></tr>%s</table>' % ''.join(
        '<tr><td><a href="%s.html">%s</a></td><td>%s</td></tr>' % (header.name, header.name, linked(header.title, '..')) for header in headers))
    body.append('<p><a href="names.html">All names</a></p>')
    return '\n'.join(body)


def index_page():
    groups = {}
    for name in sorted(anchors, key=lambda name: re.sub(r'^(orm|ORM|M)_', '', name).lower()):
        groups.setdefault(re.sub(r'^(orm|ORM|M)_', '', name)[0].upper(), []).append(name)
    body = ['<h1>All names</h1>', '<p class="contents">%s</p>' % ' '.join('<a href="#%s">%s</a>' % (letter, letter) for letter in sorted(groups))]
    for letter in sorted(groups):
        body.append('<h2 id="%s">%s</h2><ul class="names">%s</ul>' % (letter, letter, ''.join('<li><a href="../%s">%s</a></li>' % (html.escape(anchors[name]), html.escape(name)) for name in groups[letter])))
    return '\n'.join(body)


# ---- pages -------------------------------------------------------------------------------------------------------------------
def site_path(source):
    """Where a page of the tree is in the site."""
    if source == 'README.md':
        return 'index.html'
    if source == 'docs/README.md':
        return 'contents.html'
    return (source[5:] if source.startswith('docs/') else source.replace('/', '_'))[:-3] + '.html'


def pages_in_order():
    """[(part, [(title, source)])] of the table of contents."""
    parts = [('', [('orm.h in short', 'README.md'), ('All pages', 'docs/README.md')])]
    for line in comments.read('docs/README.md').split('\n'):
        heading, page = re.match(r'## (.*)', line), re.match(r'\s*- \[(.*?)\]\(([\w./]+\.md)\)', line)
        if heading:
            parts.append((heading[1], []))
        elif page and len(parts) > 1:
            parts[-1][1].append((page[1].replace('`', ''), os.path.normpath('docs/' + page[2])))
    return [part for part in parts if part[1]]


def page_body(source, known):
    text = re.sub(r'^<!--.*?-->\n', '', comments.read(source), flags=re.M)
    body = markdown.Markdown(extensions=['tables', 'fenced_code', 'toc', 'sane_lists'], extension_configs={'toc': {'slugify': slug}}, tab_length=2).convert(text)

    def target(match):
        path, _, anchor = match[2].partition('#')
        if re.match(r'\w+:', path) or not path:
            return match[0]
        full = os.path.normpath(os.path.join(os.path.dirname(source), path))
        if full in known:
            return '%s="%s%s"' % (match[1], site_path(full), '#' + anchor if anchor else '')
        if full.startswith('docs/') and os.path.isfile(os.path.join(TOP, full)):
            shutil.copy(os.path.join(TOP, full), os.path.join(OUT, os.path.basename(full)))
            return '%s="%s"' % (match[1], os.path.basename(full))
        return '%s="%s"' % (match[1], os.path.relpath(os.path.join(TOP, full), OUT))
    body = re.sub(r'(href|src)="([^"]*)"', target, body)

    def code(match):
        name = re.match(r'\w+', html.unescape(match[1]))
        text = linked(html.unescape(match[1]), '.') if name else match[1]
        return '<code>%s</code>' % text
    # names in prose and tables are links; blocks stay as they are
    parts = re.split(r'(<pre>.*?</pre>|<a .*?</a>)', body, flags=re.S)
    return ''.join(part if part.startswith(('<pre>', '<a ')) else re.sub(r'<code>([^<]*)</code>', code, part) for part in parts)


def main():
    shutil.rmtree(OUT, ignore_errors=True)
    os.makedirs(os.path.join(OUT, 'reference'))
    shutil.copy(os.path.join(TOP, 'docs/site/style.css'), OUT)
    headers = [header for header in comments.headers() if header.items]
    entries, notes, made, types = comments.model_calls()
    collect(headers, entries, made, types)
    parts = pages_in_order()
    known = {source for part, pages in parts for title, source in pages} | {'tests/pitfalls/README.md', 'tests/hostile/README.md'}
    places = [(part, [(title, site_path(source)) for title, source in pages]) for part, pages in parts]
    places.append(('Reference', [('Overview', 'reference/index.html'), ('Calls of a model', 'reference/calls.html')] + [(header.name, 'reference/%s.html' % header.name) for header in headers] + [('All names', 'reference/names.html')]))
    order = [page for part, pages in places for page in pages]

    def write(path, title, body):
        root = '..' if '/' in path else '.'
        navigation = ''
        for part, pages in places:
            navigation += ('<h2>%s</h2>' % html.escape(part) if part else '') + '<ul>' + ''.join(
                '<li><a%s href="%s/%s">%s</a></li>' % (' class="here"' if place == path else '', root, place, html.escape(name)) for name, place in pages) + '</ul>\n'
        at = [n for n, page in enumerate(order) if page[1] == path]
        around = '<span>%s</span><span>%s</span>' % tuple(
            '<a href="%s/%s">%s</a>' % (root, order[n][1], html.escape(text % order[n][0])) if at and 0 <= n < len(order) else '' for n, text in ((at[0] - 1, '← %s'), (at[0] + 1, '%s →'))) if at else ''
        with open(os.path.join(OUT, path), 'w', encoding='utf-8') as file:
            file.write(TEMPLATE.substitute(title=html.escape(title), root=root, navigation=navigation, body=body, around=around))

    for source in sorted(known):
        title = re.search(r'^# (.*)', comments.read(source), re.M)[1].replace('`', '')
        write(site_path(source), title, page_body(source, known))
    for header in headers:
        write('reference/%s.html' % header.name, header.title, header_page(header))
    write('reference/calls.html', 'The calls and types of a model', calls_page(entries, notes, made, types))
    write('reference/index.html', 'Reference', overview_page(headers))
    write('reference/names.html', 'All names', index_page())
    check()
    print('%d pages, %d names: %s' % (len(known) + len(headers) + 3, len(anchors), os.path.join(OUT, 'index.html')))


def check():
    """Every link within the site leads somewhere."""
    wrong, ids = [], {}
    for folder, _, files in os.walk(OUT):
        for name in files:
            if name.endswith('.html'):
                with open(os.path.join(folder, name), encoding='utf-8') as file:
                    text = file.read()
                ids[os.path.normpath(os.path.join(folder, name))] = set(html.unescape(found) for found in re.findall(r'\bid="([^"]*)"', text)), re.findall(r'(?:href|src)="([^"]*)"', text)
    for path, (_, targets) in ids.items():
        for target in targets:
            if re.match(r'(https?|mailto):', target):
                continue
            file, _, anchor = html.unescape(target).partition('#')
            full = os.path.normpath(os.path.join(os.path.dirname(path), file)) if file else path
            if not os.path.exists(full) or (anchor and full in ids and anchor not in ids[full][0]):
                wrong.append('%s: the link to %s leads nowhere' % (path, target))
    for line in wrong:
        print(line)
    if wrong:
        sys.exit(1)


main()

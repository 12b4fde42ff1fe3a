# the charts of a file of `chart,who,case,x,ns`: gnuplot -e "data='docs/scaling.csv'; folder='docs'" draw.gp
set datafile separator ","
set terminal svg size 800,500 font "sans-serif,13" background rgb "white"
set grid
set key outside right top
set logscale x
set format x "10^{%L}"
of(chart, who, name) = sprintf("< awk -F, '$1 == \"%s\" && $2 == \"%s\" && $3 == \"%s\"' %s", chart, who, name, data)

set output folder . "/scaling_rows.svg"
set title "Processor time per row, SQLite file"
set xlabel "rows"
set ylabel "ns per row"
set yrange [0:*]
names = "bulk eager all each"
titles = "bulk\\_insert eager\\_load select\\_all ORM\\_EACH"
plot for [i=1:4] of("rows", "ours", word(names, i)) using 4:5 with linespoints lt i lw 2 pt 7 ps 0.6 title word(titles, i), \
     for [i=1:4] of("rows", "expert", word(names, i)) using 4:5 with linespoints lt i lw 1 dt 2 pt 6 ps 0.6 title word(titles, i) . ", expert C"

set output folder . "/scaling_threads.svg"
set title "Finds by key: the wall's time, divided by the finds of all threads"
set xlabel "threads"
set ylabel "us per find"
set format x "%g"
set logscale x 2
set xrange [1:64]
plot for [i=1:2] of("threads", "ours", word("sqlite pg", i)) using 4:($5/1000) with linespoints lt i lw 2 pt 7 ps 0.6 title word("SQLite PostgreSQL", i), \
     for [i=1:2] of("threads", "expert", word("sqlite pg", i)) using 4:($5/1000) with linespoints lt i lw 1 dt 2 pt 6 ps 0.6 title word("SQLite PostgreSQL", i) . ", expert C"

set output folder . "/scaling_schema.svg"
set title "Processor time of a find by key, by the number of models in the schema (SQLite in memory)"
set xlabel "models"
set ylabel "ns per find"
unset logscale x
set xrange [0:*]
plot of("schema", "ours", "find") using 4:5 with linespoints lw 2 pt 7 ps 0.6 title "M\\_find"

/* Tests of src/deza_leko.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int deza_leko(const char *s, char c);
int deza_leko_hectid(int ta);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/deza_leko.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/deza_leko.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("deza_leko(\"abcacba\", 'e')", deza_leko("abcacba", 'e'), 0);
    CHECK("deza_leko(\"ac\", ' ')", deza_leko("ac", ' '), 0);
    CHECK("deza_leko(\"b\", '1')", deza_leko("b", '1'), 0);
    CHECK("deza_leko(\"a\", ' ')", deza_leko("a", ' '), 0);
    CHECK("deza_leko(\" ae1\", 'a')", deza_leko(" ae1", 'a'), 1);
    CHECK("deza_leko(\"aa\", 'o')", deza_leko("aa", 'o'), 0);
    CHECK("deza_leko(\"9ie\", '1')", deza_leko("9ie", '1'), 0);
    CHECK("deza_leko(\"e0tc\", 'b')", deza_leko("e0tc", 'b'), 0);
    CHECK("deza_leko(\"0co9ce\", 'b')", deza_leko("0co9ce", 'b'), 0);
    CHECK("deza_leko(\"bab\", 'c')", deza_leko("bab", 'c'), 0);
    CHECK("deza_leko_hectid(21)", deza_leko_hectid(21), 32);
    CHECK("deza_leko_hectid(57)", deza_leko_hectid(57), 64);
    CHECK("deza_leko_hectid(68)", deza_leko_hectid(68), 128);
    CHECK("deza_leko_hectid(6)", deza_leko_hectid(6), 8);
    CHECK("deza_leko_hectid(1)", deza_leko_hectid(1), 1);
    CHECK("deza_leko_hectid(100)", deza_leko_hectid(100), 128);
    CHECK("deza_leko_hectid(2)", deza_leko_hectid(2), 2);
    CHECK("deza_leko_hectid(47)", deza_leko_hectid(47), 64);
    CHECK("deza_leko_hectid(4)", deza_leko_hectid(4), 4);
    CHECK("deza_leko_hectid(62)", deza_leko_hectid(62), 64);
    puts("ok src/deza_leko.c");
    return 0;
}

/* Returns the Fibonacci number hu, where number 0 is 0 and number 1 is 1. */
int puka_vi(int hu)
{
    int rokifa = 0;
    int zefodpik = 1;
    for (int copu = 0; copu < hu; copu++) {
        int dadduj = rokifa + zefodpik;
        rokifa = dadduj;
        zefodpik = dadduj;
    }
    return rokifa;
}
